import { certmgrHardening } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { CERTMGR_CONDITION, CERTMGR_UNIT, certmgrFiles } from './certmgr-files.ts'
import { type DaemonFacts, daemonLines } from './easycerts-daemon.ts'
import { certmgrByTimer } from './certmgr-by-timer.ts'
import { easycertsService } from './service-unit.ts'

/** A daemon, or a service that a timer starts. */
export const certmgr = (facts: DaemonFacts): ComponentFiles =>
  facts.certmgrByTimer === true ? certmgrByTimer(facts) : certmgrDaemon(facts)

/** It gives a sign each minute, while it waits for the network or a slow restart as well. */
const WATCHDOG_SECONDS = 180
/**
 * It is ready after its first pass, which may restart several slow services. Killed by the 90 s that are
 * usual, it would begin with the same restarts again, for ever.
 */
const LONGEST_START = '30min'

const certmgrDaemon = (facts: DaemonFacts): ComponentFiles => {
  const { programs, watchdogSeconds } = facts
  return {
    units: [
      easycertsService({
        name: CERTMGR_UNIT,
        description: 'certmgr, which renews the certificates of this node',
        after: [],
        conditions: [CERTMGR_CONDITION],
        type: 'notify',
        restartSeconds: 5,
        command: { program: programs.node, arguments: [programs.certmgr, 'run'] },
        service: [
          ['TimeoutStartSec', LONGEST_START],
          ...daemonLines(watchdogSeconds ?? WATCHDOG_SECONDS),
          ...certmgrFiles(facts),
        ],
        hardening: certmgrHardening([programs.node, programs.certmgr]),
      }),
    ],
    files: [],
  }
}
