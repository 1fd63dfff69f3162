import { type Host, urlHost } from '@easycerts/shared/cluster'
import { buildNodeStack } from '../modern/index.ts'
import type { BuildStack } from '../stack/index.ts'

const ip = (value: string): Host => ({ kind: 'ip', value })

export const modernStack: BuildStack = ({
  description,
  node,
  caServer,
  certmgrByTimer,
  watchdogSeconds,
}) => {
  const { name, domain, networks, masterAddress, apiserverPort, release, programs } = description
  const [serviceCidr = ''] = networks.services
  const [podCidr = ''] = networks.pods
  return buildNodeStack({
    cluster: {
      name,
      domain,
      serviceCidr,
      podCidr,
      apiserver: `https://${urlHost(masterAddress)}:${apiserverPort}`,
      kubernetesVersion: release,
    },
    node: {
      name: node.name,
      role: node.roles.includes('master') ? 'master' : 'worker',
      hosts: [...node.addresses.map(ip), ...node.names],
      clusterAdmin: false,
    },
    programs: {
      node: '/usr/bin/node',
      certmgr: '/usr/lib/easycerts/certmgr.js',
      caServer: '/usr/lib/easycerts/ca-server.js',
      ...Object.fromEntries(Object.entries(programs).filter(([, path]) => path !== undefined)),
    },
    ...(caServer === undefined ? {} : { caServer }),
    ...(certmgrByTimer === undefined ? {} : { certmgrByTimer }),
    ...(watchdogSeconds === undefined ? {} : { watchdogSeconds }),
  })
}
