import { NODE_PATHS, PKI } from '@easycerts/shared/layout'
import { certmgrHardening } from '../systemd/index.ts'
import type { ComponentFiles } from './component-files.ts'
import { daemonLines, parentOf, stateDirectory } from './easycerts-daemon.ts'
import { easycertsService } from './service-unit.ts'
import type { StackFacts } from './stack-facts.ts'

export const CERTMGR_UNIT = 'certmgr.service'

/** It gives a sign each minute, while it waits for the network or a slow restart as well. */
const WATCHDOG_SECONDS = 180
/**
 * It is ready after its first pass, which may restart several slow services. Killed by the 90 s that are
 * usual, it would begin with the same restarts again, for ever.
 */
const LONGEST_START = '30min'

export const certmgr = ({ programs, watchdogSeconds }: StackFacts): ComponentFiles => ({
  units: [
    easycertsService({
      name: CERTMGR_UNIT,
      description: 'certmgr, which renews the certificates of this node',
      after: [],
      conditions: [['ConditionPathExists', NODE_PATHS.certmgrConfig]],
      type: 'notify',
      restartSeconds: 5,
      command: { program: programs.node, arguments: [programs.certmgr, 'run'] },
      service: [
        ['TimeoutStartSec', LONGEST_START],
        ...daemonLines(watchdogSeconds ?? WATCHDOG_SECONDS),
        ...stateDirectory(parentOf(NODE_PATHS.certmgrState)),
        // Specs that write elsewhere need a drop-in with a further ReadWritePaths=.
        ['ReadWritePaths', `${parentOf(PKI)} ${NODE_PATHS.configDirectory}`],
      ],
      hardening: certmgrHardening([programs.node, programs.certmgr]),
    }),
  ],
  files: [],
})
