import type { DescriptionFile } from '../description-file.ts'
import { NIXOS_DEFAULTS } from '../sections/nixos-options.ts'
import { fault, type Fault, type Judge, ofFlavour, type Rule } from './rule.ts'

type NixosFile = DescriptionFile & { readonly nixos: NonNullable<DescriptionFile['nixos']> }
type NixosJudge = (file: NixosFile) => readonly Fault[]

const at = (path: Fault['path'], text: string): readonly Fault[] => [fault(path, text)]
const NONE: readonly Fault[] = []

const cniOnce: NixosJudge = ({ nixos }) =>
  nixos.kubelet.cni.config.length > 0 && nixos.kubelet.cni.configDir !== null
    ? at(['nixos', 'kubelet', 'cni'], 'verbatim CNI-config and CNI configDir cannot both be set')
    : NONE

/** Certificate and key are one pair: of one alone nothing can be served. */
const pairsWhole: NixosJudge = ({ nixos }) =>
  (['kubelet', 'apiserver', 'controllerManager'] as const).flatMap((component) => {
    const { tlsCertFile, tlsKeyFile } = nixos[component]
    return (tlsCertFile === null) === (tlsKeyFile === null)
      ? NONE
      : at(
          ['nixos', component, tlsCertFile === null ? 'tlsKeyFile' : 'tlsCertFile'],
          'certificate and key are both null or neither',
        )
  })

const ownName: NixosJudge = ({ nixos, nodes }) => {
  const { hostname, nodeIp } = nixos.kubelet
  const [first] = nodes
  const foreign = hostname !== undefined && nodes.some(({ name }) => name !== hostname)
  return [
    ...(foreign
      ? at(
          ['nixos', 'kubelet', 'hostname'],
          'is not the name of the node, which its certificate says',
        )
      : NONE),
    ...(nodeIp !== null && (nodes.length > 1 || !first?.addresses.includes(nodeIp))
      ? at(['nixos', 'kubelet', 'nodeIp'], 'is not an address of the one node described')
      : NONE),
  ]
}

/** Others than the master's would not be in the certificate of kube-apiserver. */
const advertised: NixosJudge = ({ nixos, nodes }) => {
  const { advertiseAddress } = nixos.apiserver
  const master = nodes.find(({ roles }) => roles.includes('master'))
  return advertiseAddress !== null && master && !master.addresses.includes(advertiseAddress)
    ? at(['nixos', 'apiserver', 'advertiseAddress'], 'is not an address of the master')
    : NONE
}

const authorizers: NixosJudge = ({ nixos }) => {
  const { authorizationMode, authorizationPolicy, webhookConfig } = nixos.apiserver
  const needs = (mode: 'ABAC' | 'Webhook', isGiven: boolean, key: string): readonly Fault[] =>
    authorizationMode.includes(mode) === isGiven
      ? NONE
      : at(
          ['nixos', 'apiserver', key],
          isGiven ? `is only for mode ${mode}` : `mode ${mode} needs it`,
        )
  return [
    ...needs('ABAC', authorizationPolicy.length > 0, 'authorizationPolicy'),
    ...needs('Webhook', webhookConfig !== null, 'webhookConfig'),
  ]
}

/** Workers have no certificate that etcd believes, so the files must come from somewhere. */
const flannelInEtcd: NixosJudge = ({ nixos: { flannel } }) => {
  const { endpoints, caFile, certFile, keyFile } = flannel.etcd
  const encrypted = endpoints === undefined || endpoints.some((url) => url.startsWith('https:'))
  return flannel.storageBackend === 'etcd' && encrypted && !(caFile && certFile && keyFile)
    ? at(['nixos', 'flannel', 'etcd'], 'https needs caFile, certFile and keyFile')
    : NONE
}

const ofItsTime: NixosJudge = ({ containerRuntime, proxyMode, layout, settings }) => [
  ...(containerRuntime?.name === 'rkt' ? at(['containerRuntime'], 'nixos has no rkt') : NONE),
  ...(proxyMode === 'nftables' ? at(['proxyMode'], 'came with 1.29') : NONE),
  ...(layout !== undefined && layout !== 'nixos'
    ? at(['layout'], 'nixos has a layout of its own')
    : NONE),
  ...Object.entries(settings).flatMap(([component, { config }]) =>
    Object.keys(config).length > 0
      ? at(
          ['settings', component, 'config'],
          'nixos configures its components by flags: use extraFlags',
        )
      : NONE,
  ),
]

const JUDGES: readonly NixosJudge[] = [
  cniOnce,
  pairsWhole,
  ownName,
  advertised,
  authorizers,
  flannelInEtcd,
  ofItsTime,
]

const READS = [
  'nodes',
  'nixos',
  'settings',
  'networks',
  'featureGates',
  'containerRuntime',
  'cni',
  'proxyMode',
  'layout',
  'kubernetesVersion',
] as const

const judge: Judge = ({ file }) =>
  JUDGES.flatMap((each) => each({ ...file, nixos: file.nixos ?? NIXOS_DEFAULTS }))

/** What contradicts in a description of flavour nixos alone. */
export const NIXOS_RULES: readonly Rule[] = [ofFlavour('nixos', READS, [judge])]
