import { urlHost } from '@easycerts/shared/cluster'
import { jsonFile } from '../stack/index.ts'
import { type Directive, HARDENING } from '../systemd/index.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { dockerOptions } from './docker-options.ts'
import { commandWords, list } from './flags.ts'
import { componentKubeconfig, type ComponentKubeconfig } from './kubeconfigs.ts'
import { kubectlUntil, sourceKubectlUntil } from './kubectl-wait.ts'
import { hostnameOf, type NixosFacts } from './nixos-facts.ts'
import { script, shellWord } from './scripts.ts'
import { present } from './secrets.ts'
import { FLANNEL_TARGET, KUBELET_TARGET } from './targets.ts'

const NET_CONF = '/etc/kube-flannel/net-conf.json'

export const flannel = (facts: NixosFacts): ServiceFiles => {
  const { flannel: own } = facts.options
  const isInKubernetes = own.storageBackend === 'kubernetes'
  const kubeconfig = componentKubeconfig(facts, 'flannel', 'flannel-client', own.kubeconfig)
  const service = componentService(facts, {
    name: 'flannel',
    description: 'Flannel Service',
    // As the other flavours, and so certmgr, name it.
    alias: 'flanneld.service',
    eventual: { wantedBy: 'multi-user.target', after: ['network.target'] },
    online: {
      wantedBy: FLANNEL_TARGET,
      after: isInKubernetes ? [KUBELET_TARGET] : ['network-online.target'],
      before: [FLANNEL_TARGET],
    },
    needs: isInKubernetes ? kubeconfig.needs : present(etcdFiles(facts)),
    type: 'notify',
    restartSeconds: 10,
    sourceRestart: ['always', '10s'],
    ofCluster: false,
    ...(isInKubernetes ? waitForRange(facts, kubeconfig) : { preStart: publishNetwork(facts) }),
    programs: ['iptables', 'ip', ...(isInKubernetes ? [] : ['etcdctl'])],
    environment: environmentOf(facts, kubeconfig),
    command: {
      program: facts.description.programs.flanneld ?? '/usr/bin/flanneld',
      arguments: commandWords(facts, 'flanneld', []),
    },
    service: [...RUNTIME_DIRECTORY, ['RuntimeDirectoryPreserve', 'yes']],
    sourceService: RUNTIME_DIRECTORY,
    hardening: HARDENING.flanneld,
    defects: [
      'systemd removes /run/flannel whenever it stops, and with it the subnet that it would keep',
    ],
  })
  const docker = dockerOptions(facts)
  return {
    units: [...service.units, ...docker.units],
    files: [
      ...service.files,
      ...(isInKubernetes ? [kubeconfig.file, jsonFile(NET_CONF, network(facts))] : []),
      ...docker.files,
    ],
    defects: { ...service.defects, ...docker.defects },
  }
}

const RUNTIME_DIRECTORY: readonly Directive[] = [['RuntimeDirectory', 'flannel']]

/** kube-controller-manager gives the node its range once the kubelet has registered it. */
const waitForRange = (facts: NixosFacts, { path }: ComponentKubeconfig) => {
  const selector = `kubernetes.io/hostname=${hostnameOf(facts)}`
  const words = [
    ...['get', 'nodes', `--selector=${selector}`, '--allow-missing-template-keys=false'],
    '--output=jsonpath={.items[0].spec.podCIDR}',
  ]
  return {
    waits: [kubectlUntil(facts, 'the range of pods of this node', path, words)],
    sourcePreStart: sourceKubectlUntil(facts, path, words.map(shellWord).join(' ')),
  }
}

const network = ({ description, options }: NixosFacts): object => {
  const { subnetLen, subnetMin, subnetMax, backend } = options.flannel
  return {
    Network: description.networks.pods[0],
    SubnetLen: subnetLen,
    ...(subnetMin === null ? {} : { SubnetMin: subnetMin }),
    ...(subnetMax === null ? {} : { SubnetMax: subnetMax }),
    Backend: backend,
  }
}

const etcdFiles = ({ options }: NixosFacts): readonly (string | undefined)[] => {
  const { caFile, certFile, keyFile } = options.flannel.etcd
  return [caFile ?? undefined, certFile ?? undefined, keyFile ?? undefined]
}

const etcdEndpoints = ({ description, options }: NixosFacts): readonly string[] =>
  options.flannel.etcd.endpoints ?? [`https://${urlHost(description.masterAddress)}:2379`]

/** flannel finds its network in etcd, where each node writes the same one. */
const publishNetwork = (facts: NixosFacts) => {
  const [ca, certificate, key] = etcdFiles(facts)
  const file = (name: string, path: string | undefined): string =>
    path === undefined ? '' : ` --${name}=${shellWord(path)}`
  const files = `${file('ca-file', ca)}${file('cert-file', certificate)}${file('key-file', key)}`
  const endpoints = shellWord(etcdEndpoints(facts).join(','))
  const path = shellWord(`${facts.options.flannel.etcd.prefix}/config`)
  return script('flannel-pre-start', [
    'set -e',
    'export ETCDCTL_API=2',
    `exec etcdctl --endpoints=${endpoints}${files} set ${path} ${shellWord(JSON.stringify(network(facts)))}`,
  ])
}

/** flanneld reads every flag of its own from FLANNELD_*. */
const environmentOf = (
  facts: NixosFacts,
  { path }: ComponentKubeconfig,
): Readonly<Record<string, string>> => {
  const { publicIp, iface, storageBackend, etcd } = facts.options.flannel
  const [ca, certificate, key] = etcdFiles(facts)
  const backend: Readonly<Record<string, string | undefined>> =
    storageBackend === 'kubernetes'
      ? {
          FLANNELD_KUBE_SUBNET_MGR: 'true',
          FLANNELD_KUBECONFIG_FILE: path,
          NODE_NAME: hostnameOf(facts),
        }
      : {
          FLANNELD_ETCD_ENDPOINTS: list(etcdEndpoints(facts)),
          FLANNELD_ETCD_PREFIX: etcd.prefix,
          FLANNELD_ETCD_CAFILE: ca,
          FLANNELD_ETCD_CERTFILE: certificate,
          FLANNELD_ETCD_KEYFILE: key,
        }
  const values: Readonly<Record<string, string | undefined>> = {
    FLANNELD_PUBLIC_IP: publicIp ?? undefined,
    FLANNELD_IFACE: iface ?? undefined,
    ...backend,
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
