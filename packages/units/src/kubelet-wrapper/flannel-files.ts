import { urlHost } from '@easycerts/shared/cluster'
import { configFile, type GeneratedFile, jsonFile } from '../stack/index.ts'
import { CNI_DIRECTORY } from './kubelet-flags.ts'
import type { WrapperFacts } from './wrapper-facts.ts'

const DOCKER_OPTIONS = '/etc/kubernetes/cni/docker_opts_cni.env'
const FLANNEL_OPTIONS = '/etc/flannel/options.env'

/** Docker leaves bridges and masquerading to flannel; flanneld learns what it must know. */
export const flannelFiles = (facts: WrapperFacts): readonly GeneratedFile[] => {
  const { description, node, options } = facts
  const endpoints = options.etcdEndpoints ?? [`http://${urlHost(description.masterAddress)}:2379`]
  const [address] = node.addresses
  return [
    jsonFile(`${CNI_DIRECTORY}/10-flannel.conf`, {
      name: 'podnet',
      type: 'flannel',
      delegate: { isDefaultGateway: true },
    }),
    ...(description.containerRuntime.name === 'docker'
      ? [
          configFile(DOCKER_OPTIONS, 'DOCKER_OPT_BIP=""\nDOCKER_OPT_IPMASQ=""\n'),
          configFile(
            '/etc/systemd/system/docker.service.d/40-flannel.conf',
            `[Unit]\nRequires=flanneld.service\nAfter=flanneld.service\n\n[Service]\nEnvironmentFile=${DOCKER_OPTIONS}\n`,
          ),
        ]
      : []),
    configFile(
      FLANNEL_OPTIONS,
      [
        ...(address === undefined ? [] : [`FLANNELD_IFACE=${address}`]),
        `FLANNELD_ETCD_ENDPOINTS=${endpoints.join(',')}`,
        '',
      ].join('\n'),
    ),
    configFile(
      '/etc/systemd/system/flanneld.service.d/40-ExecStartPre-symlink.conf',
      `[Service]\nExecStartPre=/usr/bin/mkdir -p /run/flannel\nExecStartPre=/usr/bin/ln -sf ${FLANNEL_OPTIONS} /run/flannel/options.env\n`,
    ),
  ]
}
