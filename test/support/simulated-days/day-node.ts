import { writeFileSync } from 'node:fs'
import type { CaServerProcess } from '../ca-server-process.ts'
import { type ActingNode, joinActingNode } from '../consumers/acting-node.ts'
import { type Supervised, supervise } from '../consumers/supervise.ts'
import { TLS_SERVICE } from '../consumers/tls-service.ts'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'

/** Names of specs: one certificate of a Node service, one of `openssl s_server`, one of their client. */
export const DAY_CERTIFICATES = ['site', 'shop', 'client'] as const
export type DayCertificate = (typeof DAY_CERTIFICATES)[number]

/** A node with two services, all of which live by the same clock. */
export interface DayNode {
  readonly node: ActingNode
  readonly services: Readonly<Record<'node-service' | 'openssl', Supervised>>
  readonly ports: Readonly<Record<'site' | 'shop', number>>
  readonly dispose: () => Promise<void>
}

/** `wrapper` puts a process under the clock. */
export const startDayNode = async (
  ca: CaServerProcess,
  wrapper: readonly string[],
): Promise<DayNode> => {
  const ports = { site: await freePort(), shop: await freePort() }
  const node = await joinActingNode(ca, {
    wrapper,
    // By the monotonic clock, which nobody moves: so no certificate waits for its moment.
    config: { checkInterval: '1s' },
    specs: (path) => specsOf(path, ports),
  })
  const first = await node.certmgr('ensure')
  if (first.exitCode !== 0) throw new Error(`certmgr ensure: ${first.stderr}`)
  writeFileSync(node.path('service.mjs'), TLS_SERVICE)
  const files = (name: string): [string, string] => [
    node.path(`${name}.crt`),
    node.path(`${name}.key`),
  ]
  const nodeService = [process.execPath, node.path('service.mjs'), String(ports.site)]
  const [certificate, key] = files('shop')
  const openssl = [
    ...['openssl', 's_server', '-accept', `127.0.0.1:${ports.shop}`, '-www', '-quiet'],
    ...['-cert', certificate, '-key', key],
    // It lets in whose certificate is good by the same clock.
    ...['-Verify', '1', '-verify_return_error', '-CAfile', node.path('client-ca.crt')],
  ]
  const services = {
    'node-service': supervise(
      [...wrapper, ...nodeService, ...files('site')],
      node.path('site.pid'),
    ),
    openssl: supervise([...wrapper, ...openssl], node.path('shop.pid')),
  }
  node.start()
  // A signal that comes before it listens for signals would end it.
  await until(() => node.log().includes('running'))
  return {
    ...{ node, services, ports },
    dispose: async () => {
      await Promise.all(Object.values(services).map((each) => each.stop()))
      await node.dispose()
    },
  }
}

const specsOf = (path: (name: string) => string, ports: DayNode['ports']) => {
  const certificate = (name: DayCertificate, more: object) => ({
    ...{ kind: 'Certificate', name, group: name },
    certificate: { path: path(`${name}.crt`) },
    key: { path: path(`${name}.key`) },
    ...more,
  })
  const server = (name: 'site' | 'shop', signal: string) =>
    certificate(name, {
      profile: 'kubelet-serving',
      actions: { leaf: [{ signal, pidFile: path(`${name}.pid`) }] },
      proof: { address: `127.0.0.1:${ports[name]}` },
    })
  const bundle = (purpose: string) => ({
    ...{ kind: 'TrustBundle', name: `trust-${purpose}`, purpose },
    file: { path: path(`${purpose}.crt`) },
  })
  return [
    server('site', 'SIGHUP'),
    // It reads its files at its start alone.
    server('shop', 'SIGTERM'),
    certificate('client', {
      profile: 'kubelet-client',
      proof: { address: `127.0.0.1:${ports.shop}`, use: 'client' },
    }),
    bundle('server-ca'),
    bundle('client-ca'),
  ]
}
