import { stringify } from 'yaml'
import type { GeneratedFile } from '../stack/index.ts'
import { ETCD_UNIT, LEADER_FILE, NETWORK_ENVIRONMENT_UNIT } from './fleet-service.ts'
import type { FleetFacts } from './fleet-facts.ts'

/** Where coreos-install puts it, and coreos-cloudinit reads it at each boot. */
export const CLOUD_CONFIG = '/var/lib/coreos-install/user_data'

/** Roles and labels of a machine, by which fleet finds it. */
const metadataOf = ({ node, options }: FleetFacts): string =>
  Object.entries({
    ...(node.components.has('apiserver') ? options.leaderMetadata : options.nodeMetadata),
    ...node.labels,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

/** The first line says what it is: coreos-cloudinit takes any other text for a script. */
export const cloudConfig = (
  facts: FleetFacts,
  networkEnvironment: string,
  leader: string,
): GeneratedFile => ({
  path: CLOUD_CONFIG,
  content: `#cloud-config\n${stringify(
    {
      coreos: {
        fleet: { metadata: metadataOf(facts) },
        units: [
          ...(facts.node.components.has('etcd') ? [{ name: ETCD_UNIT, command: 'start' }] : []),
          { name: 'fleet.service', command: 'start' },
          { name: NETWORK_ENVIRONMENT_UNIT, command: 'start', content: networkEnvironment },
        ],
      },
      write_files: [{ path: LEADER_FILE, permissions: '0644', content: leader }],
    },
    // coreos-cloudinit reads YAML 1.1, where 0644 without quotes is a number.
    { lineWidth: 0, version: '1.1' },
  )}`,
  mode: 0o644,
})
