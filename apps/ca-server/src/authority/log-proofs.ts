import { EasycertsError } from '@easycerts/shared/errors'
import {
  assembleProof,
  EMPTY_ROOT,
  foldRange,
  planConsistency,
  planInclusion,
  planRoot,
  type ProofPlan,
  type TreeHash,
} from '@easycerts/shared/merkle-log'
import type { Reading } from './store/index.ts'

/** Path of the leaf at `index` in the tree of the first `size` entries. ERR_BODY_INVALID. */
export const proveInclusion = (
  reading: Reading,
  index: number,
  size: number,
): Promise<TreeHash[]> => prove(reading, () => planInclusion(index, size), size)

/** ERR_BODY_INVALID for sizes that the log does not have. */
export const proveConsistency = (reading: Reading, from: number, to: number): Promise<TreeHash[]> =>
  prove(reading, () => planConsistency(from, to), to)

/** Root of the first `size` entries, which must be there. */
export const rootAt = async (reading: Reading, size: number): Promise<TreeHash> => {
  const hashes = await reading.listTreeHashes(planRoot(size))
  return hashes.length === 0 ? EMPTY_ROOT : foldRange(hashes)
}

const prove = async (
  reading: Reading,
  plan: () => ProofPlan,
  size: number,
): Promise<TreeHash[]> => {
  const tree = await reading.logTree()
  if (size > tree.size) throw outside(tree.size)
  const planned = planOf(plan, tree.size)
  return assembleProof(planned, await reading.listTreeHashes(planned.flat()))
}

const planOf = (plan: () => ProofPlan, size: number): ProofPlan => {
  try {
    return plan()
  } catch (error) {
    throw error instanceof RangeError ? outside(size) : error
  }
}

const outside = (size: number) =>
  new EasycertsError('ERR_BODY_INVALID', `the log has ${size} entries; there is no such proof`)
