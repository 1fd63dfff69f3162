import type { Checked } from './check.ts'
import { fieldValues, flagValues, type FoundValue, partsOf } from './setting-values.ts'

export interface Listener {
  readonly what: string
  /** '' is every address of the machine. */
  readonly address: string
  readonly port: number
}

interface ListenerRow {
  /** Program of the unit that listens. */
  readonly component: string
  readonly what: string
  /** What says the port; the first that is there counts. */
  readonly port: readonly Source[]
  readonly preset: number
  readonly address: readonly Source[]
  /** Where it listens if nothing says so. */
  readonly presetAddress: string
}

/** A flag of the component, or a field of a kind of configuration. */
type Source = { readonly flag: string } | { readonly kind: string; readonly field: string }

const flag = (name: string): Source => ({ flag: name })
const kubelet = (field: string): Source => ({ kind: 'KubeletConfiguration', field })
const proxy = (field: string): Source => ({ kind: 'KubeProxyConfiguration', field })

const LOOPBACK = '127.0.0.1'

/** Ports that components listen on, by the flags and fields that move them. A port of 0 is none. */
const ROWS: readonly ListenerRow[] = [
  {
    ...{ component: 'kube-apiserver', what: 'TLS', preset: 6443, presetAddress: '' },
    ...{ port: [flag('secure-port')], address: [flag('bind-address')] },
  },
  {
    ...{ component: 'kube-apiserver', what: 'without TLS', preset: 0, presetAddress: LOOPBACK },
    ...{ port: [flag('insecure-port')], address: [flag('insecure-bind-address')] },
  },
  {
    ...{ component: 'kube-controller-manager', what: 'TLS', preset: 10_257, presetAddress: '' },
    ...{ port: [flag('secure-port')], address: [flag('bind-address')] },
  },
  {
    ...{ component: 'kube-scheduler', what: 'TLS', preset: 10_259, presetAddress: '' },
    ...{ port: [flag('secure-port')], address: [flag('bind-address')] },
  },
  {
    ...{ component: 'kubelet', what: 'TLS', preset: 10_250, presetAddress: '' },
    port: [flag('port'), kubelet('port')],
    address: [flag('address'), kubelet('address')],
  },
  {
    ...{ component: 'kubelet', what: 'read-only', preset: 0, presetAddress: '' },
    port: [flag('read-only-port'), kubelet('readOnlyPort')],
    address: [flag('address'), kubelet('address')],
  },
  {
    ...{ component: 'kubelet', what: 'health', preset: 10_248, presetAddress: LOOPBACK },
    port: [flag('healthz-port'), kubelet('healthzPort')],
    address: [flag('healthz-bind-address'), kubelet('healthzBindAddress')],
  },
  {
    ...{ component: 'kube-proxy', what: 'metrics', preset: 10_249, presetAddress: LOOPBACK },
    ...{ port: [flag('metrics-bind-address'), proxy('metricsBindAddress')], address: [] },
  },
  {
    ...{ component: 'kube-proxy', what: 'health', preset: 10_256, presetAddress: '' },
    ...{ port: [flag('healthz-bind-address'), proxy('healthzBindAddress')], address: [] },
  },
  {
    ...{ component: 'flanneld', what: 'health', preset: 0, presetAddress: '' },
    ...{ port: [flag('healthz-port')], address: [flag('healthz-ip')] },
  },
]

/** The ports of etcd stand in lists of URLs. */
const ETCD_URLS = ['listen-client-urls', 'listen-peer-urls', 'listen-metrics-urls'] as const

/** Everything of a stack that listens on TCP. */
export const listenersOf = ({ read }: Pick<Checked, 'read'>): Listener[] =>
  [
    ...ROWS.filter(({ component }) => read.units.some((unit) => unit.component === component)).map(
      (each) => listenerOf(each, read),
    ),
    ...ETCD_URLS.flatMap((name) =>
      flagValues(read, ['etcd'], name)
        .flatMap(partsOf)
        .filter(({ value }) => URL.canParse(value))
        .map(({ value }) => ofUrl(`etcd --${name}`, new URL(value))),
    ),
  ].filter(({ port }) => port > 0)

const ofUrl = (what: string, { hostname, port, protocol }: URL): Listener => ({
  what,
  address: hostname.replace(/^\[|\]$/g, ''),
  port: Number(port || (protocol === 'https:' ? 443 : 80)),
})

const listenerOf = (
  { component, what, port, preset, address, presetAddress }: ListenerRow,
  read: Checked['read'],
): Listener => {
  const name = `${component} (${what})`
  const said = first(port, component, read)
  const host = first(address, component, read)?.value ?? presetAddress
  if (said === undefined) return { what: name, address: host, port: preset }
  const [, combined, number] = /^(?:(.*):)?(\d+)$/.exec(said.value) ?? []
  return {
    what: name,
    address: (combined ?? host).replace(/^\[|\]$/g, ''),
    port: number === undefined ? preset : Number(number),
  }
}

const first = (
  sources: readonly Source[],
  component: string,
  read: Checked['read'],
): FoundValue | undefined =>
  sources
    .flatMap((source) =>
      'flag' in source
        ? flagValues(read, [component], source.flag)
        : fieldValues(read, source.kind, source.field),
    )
    .at(0)
