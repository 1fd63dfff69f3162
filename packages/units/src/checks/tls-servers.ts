import type { Component } from '@easycerts/shared/layout'
import { readStack } from '../stack-reading/index.ts'
import type { NodeStack } from '../stack/index.ts'
import { listenersOf } from './listeners.ts'
import { fieldValues, flagValues } from './setting-values.ts'

/** Where a component of a stack listens with TLS. */
interface TlsServer {
  /** '' is every address of the machine. */
  readonly address: string
  readonly port: number
  /** Path of what it shows; undefined: one that it makes itself. */
  readonly certificate?: string
}

/** By component: those that a stack runs. etcd is not among them: it has two, and both are fixed. */
export type TlsServers = Readonly<Partial<Record<Component, TlsServer>>>

const SERVERS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
] as const satisfies readonly Component[]

/** What the text of a stack says of them, so that nobody looks for a certificate where none is shown. */
export const tlsServersOf = (stack: NodeStack): TlsServers => {
  const read = readStack(stack)
  const listeners = listenersOf({ read })
  return Object.fromEntries(
    SERVERS.flatMap((component) => {
      const listener = listeners.find(({ what }) => what === `${component} (TLS)`)
      if (listener === undefined) return []
      const { address, port } = listener
      const [certificate] = [
        ...flagValues(read, [component], 'tls-cert-file'),
        ...(component === 'kubelet'
          ? fieldValues(read, 'KubeletConfiguration', 'tlsCertFile')
          : []),
      ]
      const shown = certificate === undefined ? {} : { certificate: certificate.value }
      return [[component, { address, port, ...shown }]]
    }),
  )
}
