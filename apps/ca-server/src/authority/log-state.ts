import { rootOfRange } from '@easycerts/shared/merkle-log'
import type { LogReading } from './store/index.ts'

/** Size and root of the issuance log; the root is base64. */
export interface LogState {
  readonly size: number
  readonly root: string
}

export const logStateOf = async (reading: LogReading): Promise<LogState> => {
  const tree = await reading.logTree()
  return { size: tree.size, root: rootOfRange(tree).toString('base64') }
}
