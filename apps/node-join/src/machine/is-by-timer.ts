import { NODE_PATHS } from '@easycerts/shared/layout'
import { existsOn, type Machine } from './machine.ts'

/** Whether a timer starts certmgr: it is wanted so, or was at an earlier join. */
export const isByTimer = (machine: Machine, isWanted = false): boolean =>
  isWanted || existsOn(machine, `${NODE_PATHS.unitDirectory}/certmgr.timer`)
