import type { Unit } from '../systemd/index.ts'
import type { ServiceFiles } from './component-service.ts'
import { script, shellWord } from './scripts.ts'

const NAME = 'kubernetes-certificates'

/** Only where the last start failed its conditions: what an operator has stopped stays stopped. */
const startScript = (services: readonly string[]) =>
  script('start-held-units', [
    '# Starts units that were held back for want of a certificate, and nothing else.',
    `for unit in ${services.map(shellWord).join(' ')}; do`,
    '  facts=$(systemctl show --property=ActiveState,ConditionResult,ConditionTimestampMonotonic "$unit")',
    '  case $facts in *ConditionTimestampMonotonic=0*) continue ;; esac',
    '  case $facts in *ActiveState=inactive*) ;; *) continue ;; esac',
    '  case $facts in *ConditionResult=no*) systemctl start --no-block "$unit" ;; esac',
    'done',
  ])

/**
 * A path unit is blind while the unit that it has started decides on its conditions (systemd
 * issue 5770), so the last of several certificates can slip past it: a minute later this sees it.
 */
export const lateCertificates = (services: readonly string[]): ServiceFiles => {
  const text = startScript(services)
  const service: Unit = {
    name: `${NAME}.service`,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', 'Starts what waited for certificates that are there'],
          ['StartLimitIntervalSec', '0'],
        ],
      },
      {
        name: 'Service',
        directives: [
          ['Type', 'oneshot'],
          ['ExecStart', { program: text.path, arguments: [] }],
        ],
      },
    ],
  }
  const timer: Unit = {
    name: `${NAME}.timer`,
    sections: [
      {
        name: 'Unit',
        directives: [['Description', 'Looks for certificates that no path unit has seen']],
      },
      {
        name: 'Timer',
        directives: [
          ['OnBootSec', '1min'],
          ['OnUnitInactiveSec', '1min'],
          ['AccuracySec', '10s'],
        ],
      },
      { name: 'Install', directives: [['WantedBy', 'timers.target']] },
    ],
  }
  return { units: [service, timer], files: [text] }
}
