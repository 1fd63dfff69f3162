import type { Unit } from '../systemd/index.ts'
import { downloadDirectives } from './download.ts'
import type { FleetFacts } from './fleet-facts.ts'
import { NETWORK_ENVIRONMENT_UNIT } from './fleet-service.ts'

const RELEASES = 'https://github.com/kelseyhightower/setup-network-environment/releases/download'

/** Writes /etc/network-environment, of which DEFAULT_IPV4 is the address on the way out. */
export const networkEnvironmentUnit = ({ programs, options, verbatim }: FleetFacts): Unit => {
  const path = `${programs}/setup-network-environment`
  const url = `${RELEASES}/${options.networkEnvironmentVersion}/setup-network-environment`
  return {
    name: NETWORK_ENVIRONMENT_UNIT,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', 'Setup Network Environment'],
          ['Documentation', 'https://github.com/kelseyhightower/setup-network-environment'],
          ['Requires', 'network-online.target'],
          ['After', 'network-online.target'],
        ],
      },
      {
        name: 'Service',
        directives: [
          ...(verbatim
            ? ([
                ['ExecStartPre', '-/usr/bin/mkdir -p /opt/bin'],
                ['ExecStartPre', `/usr/bin/wget -N -P ${programs} ${url}`],
                ['ExecStartPre', `/usr/bin/chmod +x ${path}`],
              ] as const)
            : downloadDirectives({
                path,
                url,
                sha256: options.sha256['setup-network-environment'],
              })),
          ['ExecStart', { program: path, arguments: [] }],
          ['RemainAfterExit', 'yes'],
          ['Type', 'oneshot'],
        ],
      },
    ],
  }
}
