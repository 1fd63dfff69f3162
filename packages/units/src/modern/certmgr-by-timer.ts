import { certmgrHardening, type Unit } from '../systemd/index.ts'
import { CERTMGR_CONDITION, CERTMGR_UNIT, certmgrFiles } from './certmgr-files.ts'
import type { ComponentFiles } from '../stack/index.ts'
import type { DaemonFacts } from './easycerts-daemon.ts'

const NETWORK = 'network-online.target'

/** One pass, which a failure of something in it does not end; longer than any of its limits. */
const service = (facts: DaemonFacts): Unit => {
  const { programs } = facts
  return {
    name: CERTMGR_UNIT,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', 'One pass of certmgr, which renews the certificates of this node'],
          ['Wants', NETWORK],
          ['After', NETWORK],
          CERTMGR_CONDITION,
        ],
      },
      {
        name: 'Service',
        directives: [
          ['Type', 'oneshot'],
          ['ExecStart', { program: programs.node, arguments: [programs.certmgr, 'ensure'] }],
          ['TimeoutStartSec', '30min'],
          ...certmgrFiles(facts),
          ...certmgrHardening([programs.node, programs.certmgr]),
        ],
      },
    ],
  }
}

/** As often as the daemon looks at the latest; the delay is each machine's own, and stays. */
const timer: Unit = {
  name: 'certmgr.timer',
  sections: [
    { name: 'Unit', directives: [['Description', 'Passes of certmgr'], CERTMGR_CONDITION] },
    {
      name: 'Timer',
      directives: [
        ['OnBootSec', '30s'],
        ['OnUnitInactiveSec', '10min'],
        ['RandomizedDelaySec', '1min'],
        ['FixedRandomDelay', 'yes'],
        ['AccuracySec', '10s'],
      ],
    },
    { name: 'Install', directives: [['WantedBy', 'timers.target']] },
  ],
}

/** For machines that want no daemon: `certmgr ensure`, started by a timer. */
export const certmgrByTimer = (facts: DaemonFacts): ComponentFiles => ({
  units: [service(facts), timer],
  files: [],
})
