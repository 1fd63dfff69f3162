import { certmgrHardening } from '../systemd/index.ts'
import type { ComponentFiles } from './component-files.ts'
import { CERTMGR_CONDITION, CERTMGR_UNIT, certmgrFiles } from './certmgr-files.ts'
import { daemonLines } from './easycerts-daemon.ts'
import { certmgrByTimer } from './certmgr-by-timer.ts'
import { easycertsService } from './service-unit.ts'
import type { StackFacts } from './stack-facts.ts'

/** A daemon, or a service that a timer starts. */
export const certmgr = (facts: StackFacts): ComponentFiles =>
  facts.certmgrByTimer === true ? certmgrByTimer(facts) : certmgrDaemon(facts)

const certmgrDaemon = ({ programs, watchdogSeconds }: StackFacts): ComponentFiles => ({
  units: [
    easycertsService({
      name: CERTMGR_UNIT,
      description: 'certmgr, which renews the certificates of this node',
      after: [],
      conditions: [CERTMGR_CONDITION],
      type: 'notify',
      restartSeconds: 5,
      command: { program: programs.node, arguments: [programs.certmgr, 'run'] },
      service: [...daemonLines(watchdogSeconds), ...certmgrFiles()],
      hardening: certmgrHardening([programs.node, programs.certmgr]),
    }),
  ],
  files: [],
})
