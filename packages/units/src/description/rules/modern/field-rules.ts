import { factOfField, judgeField, type KindWithFields } from '../../../facts/index.ts'
import { isAtLeast, type Release } from '../../../release/index.ts'
import { CONFIGURED_COMPONENTS, type ConfiguredComponent } from '../../sections/settings.ts'
import { type Fault, fault, type Judge } from '../rule.ts'

const CLOSED = 'decides who gets in, so that easycerts alone sets it'
const IDENTITY = 'is a file that certmgr keeps valid, so that easycerts alone sets it'
const elsewhere = (key: string): string => `comes from ${key} of the description`
const FORM = 'is the form of the file'

interface ConfigFile {
  /** Whose fields are in the table of facts. */
  readonly kind?: KindWithFields
  readonly since?: string
  /** Paths that are none for `config`, each with its reason. */
  readonly settled: Readonly<Record<string, string>>
}

const KUBELET: ConfigFile = {
  kind: 'KubeletConfiguration',
  settled: {
    apiVersion: FORM,
    kind: FORM,
    'authentication.anonymous': CLOSED,
    'authentication.webhook.enabled': CLOSED,
    'authentication.x509': CLOSED,
    'authorization.mode': CLOSED,
    readOnlyPort: CLOSED,
    tlsCertFile: IDENTITY,
    tlsPrivateKeyFile: IDENTITY,
    rotateCertificates: IDENTITY,
    serverTLSBootstrap: IDENTITY,
    clusterDNS: elsewhere('networks.dns'),
    clusterDomain: elsewhere('domain'),
    registerWithTaints: elsewhere('taints of the node'),
    containerRuntimeEndpoint: elsewhere('containerRuntime'),
    cgroupDriver: elsewhere('modern.cgroupDriver'),
    resolvConf: elsewhere('modern.resolvConf'),
    kubeReserved: elsewhere('reserved.kube'),
    systemReserved: elsewhere('reserved.system'),
    evictionHard: elsewhere('reserved.evictionHard'),
    featureGates: elsewhere('featureGates'),
  },
}

const FILES: Readonly<Partial<Record<ConfiguredComponent, ConfigFile>>> = {
  kubelet: KUBELET,
  'kube-proxy': {
    kind: 'KubeProxyConfiguration',
    settled: {
      apiVersion: FORM,
      kind: FORM,
      'clientConnection.kubeconfig': IDENTITY,
      hostnameOverride: elsewhere('the name of the node'),
      mode: elsewhere('proxyMode'),
      clusterCIDR: elsewhere('networks.pods'),
      featureGates: elsewhere('featureGates'),
    },
  },
  'kube-scheduler': {
    since: '1.25',
    settled: { apiVersion: FORM, kind: FORM, 'clientConnection.kubeconfig': IDENTITY },
  },
  flanneld: {
    settled: {
      Network: elsewhere('networks.pods'),
      IPv6Network: elsewhere('networks.pods'),
      EnableIPv4: elsewhere('networks.pods'),
      EnableIPv6: elsewhere('networks.pods'),
      'Backend.Type': elsewhere('modern.flannelBackend'),
    },
  },
}

/** Every field that a component would end over, that it would be open by, or that is said elsewhere. */
export const faultyFields: Judge = ({ file: { settings }, release }) =>
  CONFIGURED_COMPONENTS.flatMap((component) => {
    const { config } = settings[component]
    if (Object.keys(config).length === 0) return []
    const file = FILES[component]
    const path = ['settings', component, 'config']
    if (file === undefined) return [fault(path, `${component} has flags and no such file`)]
    if (file.since !== undefined && !isAtLeast(release, file.since))
      return [fault(path, `needs Kubernetes ${file.since}: before it ${component} gets flags`)]
    return [...settledFields(file, config, path), ...foreignFields(file, config, { path, release })]
  })

/** A path is settled too where something that is no map takes the place of what is above it. */
const settledFields = (file: ConfigFile, config: object, path: Fault['path']): Fault[] =>
  Object.entries(file.settled)
    .filter(([settled]) => reaches(config, settled.split('.')))
    .map(([settled, text]) =>
      fault([...path, ...settled.split('.').slice(0, 1)], `${settled} ${text}`),
    )

const reaches = (value: unknown, [first, ...rest]: readonly string[]): boolean => {
  if (first === undefined) return true
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true
  return Object.hasOwn(value, first) && reaches((value as Record<string, unknown>)[first], rest)
}

interface Place {
  readonly path: Fault['path']
  readonly release: Release
}

const foreignFields = ({ kind }: ConfigFile, config: object, { path, release }: Place): Fault[] =>
  kind === undefined
    ? []
    : Object.keys(config).flatMap((name) => {
        const text = TEXTS[judgeField(release, kind, name)]
        const fact = factOfField(kind, name)
        const more = fact?.since ?? fact?.removed
        return text === undefined || ['apiVersion', 'kind'].includes(name)
          ? []
          : [
              fault(
                [...path, name],
                `${text} ${more === undefined ? kind : `${more}, not in ${release}`}`,
              ),
            ]
      })

const TEXTS: Readonly<Record<string, string | undefined>> = {
  'not yet': 'is a field since',
  removed: 'is no field any more since',
  unknown: 'is no field of',
}
