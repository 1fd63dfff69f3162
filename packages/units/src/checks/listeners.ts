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
  row('kube-apiserver', 'TLS', 6443, '', [flag('secure-port')], [flag('bind-address')]),
  row(
    'kube-apiserver',
    'without TLS',
    0,
    LOOPBACK,
    [flag('insecure-port')],
    [flag('insecure-bind-address')],
  ),
  row('kube-controller-manager', 'TLS', 10_257, '', [flag('secure-port')], [flag('bind-address')]),
  row('kube-scheduler', 'TLS', 10_259, '', [flag('secure-port')], [flag('bind-address')]),
  row(
    'kubelet',
    'TLS',
    10_250,
    '',
    [flag('port'), kubelet('port')],
    [flag('address'), kubelet('address')],
  ),
  row(
    'kubelet',
    'read-only',
    0,
    '',
    [flag('read-only-port'), kubelet('readOnlyPort')],
    [flag('address'), kubelet('address')],
  ),
  row(
    'kubelet',
    'health',
    10_248,
    LOOPBACK,
    [flag('healthz-port'), kubelet('healthzPort')],
    [flag('healthz-bind-address'), kubelet('healthzBindAddress')],
  ),
  row(
    'kube-proxy',
    'metrics',
    10_249,
    LOOPBACK,
    [flag('metrics-bind-address'), proxy('metricsBindAddress')],
    [],
  ),
  row(
    'kube-proxy',
    'health',
    10_256,
    '',
    [flag('healthz-bind-address'), proxy('healthzBindAddress')],
    [],
  ),
  row('flanneld', 'health', 0, '', [flag('healthz-port')], [flag('healthz-ip')]),
]

function row(
  component: string,
  what: string,
  preset: number,
  presetAddress: string,
  port: readonly Source[],
  address: readonly Source[],
): ListenerRow {
  return { component, what: `${component} (${what})`, preset, presetAddress, port, address }
}

/** The ports of etcd stand in lists of URLs. */
const ETCD_URLS = ['listen-client-urls', 'listen-peer-urls', 'listen-metrics-urls'] as const

/** Everything of a stack that listens on TCP. */
export const listenersOf = ({ read }: Checked): Listener[] =>
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
  const said = first(port, component, read)
  const host = first(address, component, read)?.value ?? presetAddress
  if (said === undefined) return { what, address: host, port: preset }
  const [, combined, number] = /^(?:(.*):)?(\d+)$/.exec(said.value) ?? []
  return {
    what,
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
