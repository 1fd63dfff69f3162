import type { NodeFacts } from '@easycerts/shared/cluster'
import { readRejoinMark, removeRejoinMark, writeRejoinMark } from '../state/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

/**
 * The units of a node name its first address, and only a join writes units: until then the mark says
 * which address they name. Runs before the record changes, so a crash between forgets nothing.
 */
export const noteFirstAddress = async (
  { paths, log }: Pick<CertmgrContext, 'paths' | 'log'>,
  before: NodeFacts,
  after: NodeFacts,
): Promise<void> => {
  const [old, current] = [firstAddressOf(before), firstAddressOf(after)]
  if (old === current) return
  const mark = readRejoinMark(paths.rejoin) ?? { unitsName: old }
  if (mark.unitsName === current) return removeRejoinMark(paths.rejoin)
  await writeRejoinMark(paths.rejoin, mark.unitsName)
  log.warn('the first address of this node changed: run node-join again, its units name the old', {
    units: mark.unitsName ?? 'none',
    now: current ?? 'none',
  })
}

const firstAddressOf = ({ hosts }: NodeFacts): string | null =>
  hosts.find(({ kind }) => kind === 'ip')?.value ?? null
