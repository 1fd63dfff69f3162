import type { TreeHash } from './tree-hash.ts'
import { foldRange, nodesOfRange, splitOf, type TreeNode } from './tree-range.ts'

/**
 * What a proof is made of: each of its hashes is folded from these complete subtrees, from the
 * left. A plan is computed from numbers alone, so hashes can be fetched all at once.
 */
export type ProofPlan = readonly (readonly TreeNode[])[]

const requireWithin = (index: number, size: number): void => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index > size)
    throw new RangeError(`${index} is not within a tree of ${size}`)
}

/** RFC 9162 §2.1.3.1: PATH(index, D[size]), from the leaf up. */
export const planInclusion = (index: number, size: number): ProofPlan => {
  requireWithin(index, size - 1)
  const plan: TreeNode[][] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    const isLeft = index < middle
    plan.unshift(isLeft ? nodesOfRange(middle, end) : nodesOfRange(start, middle))
    if (isLeft) end = middle
    else start = middle
  }
  return plan
}

/** RFC 9162 §2.1.4.1: PROOF(from, D[to]); empty if they are one size, or `from` is 0. */
export const planConsistency = (from: number, to: number): ProofPlan => {
  requireWithin(from, to)
  if (from === 0 || from === to) return []
  const plan: TreeNode[][] = []
  let [start, end] = [0, to]
  // Whether the subtree of the moment begins where all do, so that the verifier knows its hash.
  let isWhole = true
  while (from !== end) {
    const middle = start + splitOf(end - start)
    const isLeft = from <= middle
    plan.unshift(isLeft ? nodesOfRange(middle, end) : nodesOfRange(start, middle))
    if (isLeft) end = middle
    else {
      start = middle
      isWhole = false
    }
  }
  return isWhole ? plan : [nodesOfRange(start, end), ...plan]
}

/** The subtrees whose hashes add up to the root of a tree of this size; none for the empty tree. */
export const planRoot = (size: number): readonly TreeNode[] => nodesOfRange(0, size)

/** A proof from its plan and the hashes of the plan's nodes, in the plan's order. */
export const assembleProof = (plan: ProofPlan, hashes: readonly TreeHash[]): TreeHash[] => {
  let next = 0
  return plan.map((nodes) => {
    const part = hashes.slice(next, (next += nodes.length))
    if (part.length < nodes.length) throw new TypeError('a proof lacks a hash')
    return foldRange(part)
  })
}
