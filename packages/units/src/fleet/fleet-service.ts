import type { ComponentName, FLEET_PROGRAMS } from '../description/index.ts'
import { flagWords, type FlagRow } from '../stack/index.ts'
import type { Directive, Unit } from '../systemd/index.ts'
import { downloadDirectives, sourceDownload } from './download.ts'
import type { FleetFacts } from './fleet-facts.ts'

export const ETCD_UNIT = 'etcd2.service'
export const NETWORK_ENVIRONMENT_UNIT = 'setup-network-environment.service'
export const APISERVER_UNIT = 'kube-apiserver.service'
export const NETWORK_ENVIRONMENT_FILE = '/etc/network-environment'
export const LEADER_FILE = '/etc/leader'

/** One unit as the source and as we write it: every value is already the one of its form. */
export interface FleetService {
  readonly name: string
  readonly component: ComponentName
  readonly description: string
  readonly documentation?: string
  readonly program: (typeof FLEET_PROGRAMS)[number]
  readonly url: string
  /** Required and waited for, one line each. */
  readonly requires: readonly (readonly string[])[]
  readonly environmentFiles?: readonly string[]
  readonly flags: readonly FlagRow[]
  readonly fleet: readonly Directive[]
  /** What the source's form has wrong, besides what every unit has. */
  readonly defects: readonly string[]
}

const PROJECT = 'https://github.com/GoogleCloudPlatform/kubernetes'

const settingsOf = ({ description }: FleetFacts, { program }: FleetService) =>
  program === 'kube-register' || program === 'setup-network-environment'
    ? {}
    : description.settings[program].extraFlags

/** No [Install]: fleet loses track of a unit that systemd enables. */
export const fleetUnit = (facts: FleetFacts, service: FleetService): Unit => {
  const path = `${facts.programs}/${service.program}`
  const download = { path, url: service.url, sha256: facts.options.sha256[service.program] }
  return {
    name: service.name,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', service.description],
          ['Documentation', service.documentation ?? PROJECT],
          ...service.requires.flatMap((units): Directive[] => [
            ['Requires', units.join(' ')],
            ['After', units.join(' ')],
          ]),
        ],
      },
      {
        name: 'Service',
        directives: [
          ...(service.environmentFiles ?? []).map((file): Directive => ['EnvironmentFile', file]),
          ...(facts.verbatim
            ? sourceDownload(download, !['kubelet', 'kube-proxy'].includes(service.program))
            : downloadDirectives(download)),
          [
            'ExecStart',
            { program: path, arguments: flagWords(service.flags, settingsOf(facts, service)) },
          ],
          ['Restart', 'always'],
          ['RestartSec', '10'],
        ],
      },
      { name: 'X-Fleet', directives: service.fleet },
    ],
  }
}
