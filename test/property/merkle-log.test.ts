import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  appendLeaf,
  assembleProof,
  EMPTY_RANGE,
  foldRange,
  hashLeaf,
  hashNode,
  isConsistent,
  planConsistency,
  planInclusion,
  planRoot,
  type ProofPlan,
  rootBefore,
  rootFromInclusion,
  type TreeNode,
} from '@easycerts/shared/merkle-log'

const RUNS = { seed: 20260301, numRuns: 300 }

/** A tree of any size whose leaves are all alike: a complete subtree is known by its level. */
const LEAF = hashLeaf(Buffer.from('always the same'))
const byLevel = [LEAF]
while (byLevel.length < 54) byLevel.push(hashNode(byLevel.at(-1)!, byLevel.at(-1)!))
const hashOf = ({ level }: TreeNode): Buffer => byLevel[level]!
const rootOf = (size: number): Buffer => foldRange(planRoot(size).map(hashOf))
const proofOf = (plan: ProofPlan): Buffer[] => assembleProof(plan, plan.flat().map(hashOf))

const size = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 2 ** 32 }),
  fc.maxSafeInteger().filter((value) => value > 0),
  fc
    .integer({ min: 1, max: 52 })
    .chain((power) => fc.constantFrom(2 ** power - 1, 2 ** power, 2 ** power + 1)),
)
const within = size.chain((whole) =>
  fc.tuple(
    fc.maxSafeInteger().map((part) => Math.abs(part) % whole),
    fc.constant(whole),
  ),
)

describe('proofs in trees of any size', () => {
  it('lead from any leaf to the root, in at most one hash for each level', () => {
    fc.assert(
      fc.property(within, ([index, whole]) => {
        const proof = proofOf(planInclusion(index, whole))
        expect(proof.length).toBeLessThanOrEqual(53)
        expect(rootFromInclusion(LEAF, index, whole, proof)).toEqual(rootOf(whole))
      }),
      RUNS,
    )
  })

  it('tell the root before any leaf', () => {
    fc.assert(
      fc.property(within, ([index, whole]) => {
        fc.pre(index > 0)
        const before = rootBefore(index, whole, proofOf(planInclusion(index, whole)))
        expect(before).toEqual(rootOf(index))
      }),
      RUNS,
    )
  })

  it('show that any tree continues any smaller one, and nothing else', () => {
    fc.assert(
      fc.property(within, ([from, to]) => {
        fc.pre(from > 0)
        const [earlier, later] = [
          { size: from, root: rootOf(from) },
          { size: to, root: rootOf(to) },
        ]
        const proof = proofOf(planConsistency(from, to))
        expect(isConsistent(earlier, later, proof)).toBe(true)
        const forged = hashLeaf(Buffer.from('forged'))
        expect(isConsistent({ ...earlier, root: forged }, later, proof)).toBe(false)
        expect(isConsistent(earlier, { ...later, root: forged }, proof)).toBe(false)
      }),
      RUNS,
    )
  })

  it('grow to what the tree of any leaves is, leaf by leaf', () => {
    const leaves = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(leaves, (entries) => {
        let range = EMPTY_RANGE
        const nodes = new Map<string, Buffer>()
        for (const entry of entries) {
          const appended = appendLeaf(range, hashLeaf(entry))
          range = appended.range
          for (const node of appended.completed)
            nodes.set(`${node.level}/${node.position}`, node.hash)
        }
        const hashes = planRoot(entries.length).map(({ level, position }) =>
          nodes.get(`${level}/${position}`)!,
        )
        expect([...range.hashes]).toEqual(hashes)
      }),
      { ...RUNS, numRuns: 100 },
    )
  })
})
