import { describe, expect, it } from 'vitest'
import {
  appendLeaf,
  assembleProof,
  type CompactRange,
  EMPTY_RANGE,
  hashLeaf,
  hashNode,
  isConsistent,
  planConsistency,
  planInclusion,
  planRoot,
  type ProofPlan,
  rootBefore,
  rootFromInclusion,
  rootOfRange,
  type TreeNode,
} from '@easycerts/shared/merkle-log'
import { naivePath, naiveProof, naiveRoot } from '../../../support/naive-tree.ts'

// The leaves and roots of the tests of the certificate-transparency reference implementation.
const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'))
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const SIZE = 300
const entries = Array.from({ length: SIZE }, (_, index) => Buffer.from(`entry ${index}`))

/** Every state of a tree of these entries, and the hash of any of its complete subtrees. */
const grow = (leaves: readonly Buffer[]) => {
  const nodes = new Map<string, Buffer>()
  const states: CompactRange[] = [EMPTY_RANGE]
  for (const leaf of leaves) {
    const { range, completed } = appendLeaf(states.at(-1)!, hashLeaf(leaf))
    for (const { level, position, hash } of completed) nodes.set(`${level}/${position}`, hash)
    states.push(range)
  }
  const hashOf = ({ level, position }: TreeNode): Buffer => {
    const hash = nodes.get(`${level}/${position}`)
    if (!hash) throw new Error(`no node ${level}/${position}`)
    return hash
  }
  const proofOf = (plan: ProofPlan) => assembleProof(plan, plan.flat().map(hashOf))
  return { states, proofOf, hashOf }
}

const tree = grow(entries)
const roots = tree.states.map(rootOfRange)

describe('the tree hash of RFC 9162', () => {
  it('gives the roots of the reference implementation of certificate transparency', () => {
    const { states } = grow(CT_LEAVES)
    expect(states.slice(1).map((state) => rootOfRange(state).toString('hex'))).toEqual(CT_ROOTS)
  })

  it('gives SHA-256 of nothing for the empty tree', () => {
    expect(rootOfRange(EMPTY_RANGE)).toEqual(naiveRoot([]))
  })

  it('gives the root that the definition gives, for every size to 300', () => {
    for (let size = 0; size <= SIZE; size++)
      expect(roots[size]).toEqual(naiveRoot(entries.slice(0, size)))
  })

  it('takes a leaf for no inner node', () => {
    const [left, right] = [hashLeaf(entries[0]!), hashLeaf(entries[1]!)]
    expect(hashLeaf(Buffer.concat([left, right]))).not.toEqual(hashNode(left, right))
  })

  it('is made of the nodes that planRoot names', () => {
    for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 300])
      expect(planRoot(size).map(tree.hashOf)).toEqual([...tree.states[size]!.hashes])
  })
})

describe('an inclusion proof', () => {
  it('is the path of the definition and leads to the root, for every leaf of every size to 48', () => {
    for (let size = 1; size <= 48; size++)
      for (let index = 0; index < size; index++) {
        const proof = tree.proofOf(planInclusion(index, size))
        expect(proof).toEqual(naivePath(index, entries.slice(0, size)))
        expect(rootFromInclusion(hashLeaf(entries[index]!), index, size, proof)).toEqual(
          roots[size],
        )
      }
  })

  it('leads to the root for every leaf of a tree of 300, and for the last of every tree', () => {
    for (let index = 0; index < SIZE; index++) {
      const leaf = hashLeaf(entries[index]!)
      const proof = tree.proofOf(planInclusion(index, SIZE))
      expect(rootFromInclusion(leaf, index, SIZE, proof)).toEqual(roots[SIZE])
      const asLast = tree.proofOf(planInclusion(index, index + 1))
      expect(rootFromInclusion(leaf, index, index + 1, asLast)).toEqual(roots[index + 1])
    }
  })

  it('tells the root that the tree had before the leaf came', () => {
    for (const size of [1, 2, 5, 64, 100, SIZE])
      for (let index = 0; index < size; index++)
        expect(rootBefore(index, size, tree.proofOf(planInclusion(index, size)))).toEqual(
          roots[index],
        )
  })

  it('leads nowhere with another index, another size, or a hash more or less', () => {
    const [index, size] = [37, 100]
    const leaf = hashLeaf(entries[index]!)
    const proof = tree.proofOf(planInclusion(index, size))
    const root = roots[size]!
    for (let other = -1; other <= size; other++)
      if (other !== index)
        expect(rootFromInclusion(leaf, other, size, proof)?.equals(root) ?? false).toBe(false)
    expect(rootFromInclusion(leaf, index, size, proof.slice(1))?.equals(root) ?? false).toBe(false)
    expect(rootFromInclusion(leaf, index, size, [...proof, root])).toBeUndefined()
    expect(rootFromInclusion(leaf, index, size, proof.toReversed())?.equals(root)).toBe(false)
    expect(rootFromInclusion(leaf, 0.5, size, proof)).toBeUndefined()
  })

  it.each([
    [0, 0],
    [1, 1],
    [-1, 3],
  ])('cannot be planned for leaf %i of %i', (index, size) => {
    expect(() => planInclusion(index, size)).toThrow(RangeError)
  })
})

describe('a consistency proof', () => {
  it('is that of the definition and verifies, for all pairs of sizes to 40', () => {
    for (let to = 1; to <= 40; to++)
      for (let from = 1; from <= to; from++) {
        const proof = tree.proofOf(planConsistency(from, to))
        expect(proof).toEqual(naiveProof(from, entries.slice(0, to)))
        const [earlier, later] = [stateAt(from), stateAt(to)]
        expect(isConsistent(earlier, later, proof)).toBe(true)
      }
  })

  it('verifies from every size to 300', () => {
    for (let from = 0; from <= SIZE; from++)
      expect(
        isConsistent(stateAt(from), stateAt(SIZE), tree.proofOf(planConsistency(from, SIZE))),
      ).toBe(true)
  })

  it('does not verify for a tree in which one earlier entry is another', () => {
    for (const changed of [0, 5, 63, 99]) {
      const forged = grow(entries.map((entry, at) => (at === changed ? Buffer.from('x') : entry)))
      const later = { size: 200, root: rootOfRange(forged.states[200]!) }
      const proof = forged.proofOf(planConsistency(100, 200))
      expect(isConsistent(stateAt(100), later, proof)).toBe(false)
    }
  })

  it('does not verify backwards, with a hash more or less, or with any hash changed', () => {
    const proof = tree.proofOf(planConsistency(100, 200))
    const [earlier, later] = [stateAt(100), stateAt(200)]
    expect(isConsistent(later, earlier, proof)).toBe(false)
    expect(isConsistent(earlier, later, proof.slice(1))).toBe(false)
    expect(isConsistent(earlier, later, proof.slice(0, -1))).toBe(false)
    expect(isConsistent(earlier, later, [...proof, roots[1]!])).toBe(false)
    for (let at = 0; at < proof.length; at++)
      expect(isConsistent(earlier, later, proof.with(at, roots[1]!))).toBe(false)
  })

  it('is empty for equal sizes, and then the roots must be equal', () => {
    expect(isConsistent(stateAt(7), stateAt(7), [])).toBe(true)
    expect(isConsistent(stateAt(7), { size: 7, root: roots[8]! }, [])).toBe(false)
    expect(isConsistent(stateAt(7), stateAt(7), [roots[1]!])).toBe(false)
  })

  it('holds no forged root of the empty tree', () => {
    expect(isConsistent(stateAt(0), stateAt(9), [])).toBe(true)
    expect(isConsistent({ size: 0, root: roots[1]! }, stateAt(9), [])).toBe(false)
  })
})

const stateAt = (size: number) => ({ size, root: roots[size]! })
