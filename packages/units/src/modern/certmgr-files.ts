import { NODE_PATHS, PKI } from '@easycerts/shared/layout'
import type { Directive } from '../systemd/index.ts'
import { type DaemonFacts, parentOf, stateDirectory } from './easycerts-daemon.ts'

/** One name for both ways to run it, so that a drop-in serves both. */
export const CERTMGR_UNIT = 'certmgr.service'

/** Before the join there is nothing to do. */
export const CERTMGR_CONDITION: Directive = ['ConditionPathExists', NODE_PATHS.certmgrConfig]

const OWN = [parentOf(PKI), NODE_PATHS.configDirectory]

const isElsewhere = (path: string): boolean => !OWN.some((own) => `${path}/`.startsWith(`${own}/`))

/** Where certmgr may write. */
export const certmgrFiles = ({ certmgrWrites = [] }: DaemonFacts): readonly Directive[] => [
  ...stateDirectory(parentOf(NODE_PATHS.certmgrState)),
  // Specs that write elsewhere need a drop-in with a further ReadWritePaths=.
  ['ReadWritePaths', [...OWN, ...certmgrWrites.filter(isElsewhere)].join(' ')],
]
