import type { NetworkConfig } from './pod-network.ts'

/** As flanneld writes it once it has a range for its node. */
export const SUBNET_ENV = `FLANNEL_NETWORK=10.244.0.0/16
FLANNEL_SUBNET=10.244.7.1/24
FLANNEL_MTU=1450
FLANNEL_IPMASQ=true
`

/**
 * What flannel's own plug-in, of which Debian has no package, makes of its entry and of that file
 * before it starts the plug-in that does the work (README of flannel-io/cni-plugin).
 */
export const delegatedByFlannel = (config: NetworkConfig, subnetEnv: string): NetworkConfig => {
  const env = new Map(subnetEnv.split('\n').map((line) => line.split('=') as [string, string]))
  const delegated = (written: object): NetworkConfig['plugins'][number] => {
    for (const key of ['name', 'ipam'])
      if (key in written) throw new Error(`flannel refuses "${key}" in "delegate"`)
    return {
      type: 'bridge',
      ipMasq: env.get('FLANNEL_IPMASQ') !== 'true',
      mtu: Number(env.get('FLANNEL_MTU')),
      isGateway: true,
      ...written,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: env.get('FLANNEL_SUBNET')?.replace('.1/', '.0/') }]],
        routes: [{ dst: env.get('FLANNEL_NETWORK') }],
      },
    }
  }
  const plugins = config.plugins.map((plugin) =>
    plugin.type === 'flannel' ? delegated(plugin['delegate'] as object) : plugin,
  )
  return { ...config, plugins }
}
