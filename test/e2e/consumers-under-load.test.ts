import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { type ActingNode, joinActingNode, untilProven } from '../support/consumers/acting-node.ts'
import { etcdArguments } from '../support/consumers/etcd.ts'
import { nginxArguments, nginxConfig, nginxPidFile } from '../support/consumers/nginx.ts'
import { askOnce, type LoadTarget, startTlsLoad } from '../support/consumers/tls-load.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needed-tool.ts'
import { until } from '../support/until.ts'

const RENEWALS = 5

/** Other tests run beside these. */
const PATIENTLY = { within: 30_000 }

let ca: CaServerProcess
beforeAll(async () => {
  ca = await startCaServer()
})
afterAll(() => ca.dispose())

const certificateSpec = (path: (name: string) => string, name: string, more: object) => ({
  ...{ kind: 'Certificate', name, profile: name, group: 'consumer' },
  certificate: { path: path(`${name}.crt`) },
  key: { path: path(`${name}.key`) },
  ...more,
})

const bundleSpec = (path: (name: string) => string, purpose: string) => ({
  ...{ kind: 'TrustBundle', name: `trust-${purpose}`, purpose },
  file: { path: path(`${purpose}.crt`) },
})

/** The last one served is the last one renewed, nobody was turned away, and certmgr has seen it. */
const expectRenewalsUnnoticed = async (
  node: ActingNode,
  target: LoadTarget,
  name: string,
  renewed: readonly string[] = [name],
): Promise<void> => {
  const serial = (): string => node.certificate(`${name}.crt`).serialNumber
  const serials = [serial()]
  await untilProven(node, serial())
  const load = startTlsLoad(target)
  for (let renewal = 0; renewal < RENEWALS; renewal++) {
    expect(await node.certmgr('renew', ...renewed)).toMatchObject({ exitCode: 0 })
    await until(() => serial() !== serials.at(-1), PATIENTLY)
    serials.push(serial())
    await until(() => load.hasSeen(serial()), PATIENTLY)
  }
  await untilProven(node, serial())
  const { answered, failures, served } = await load.stop()
  expect(failures).toEqual([])
  expect(served).toEqual(serials)
  expect(answered).toBeGreaterThan(RENEWALS * 20)
  expect(await askOnce(target)).toBe(serials.at(-1))
  for (const each of renewed)
    expect(await node.statusOf(each)).toMatchObject({ state: 'good', inUse: { state: 'proven' } })
}

const endOf = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

describe(`under a constant load of new TLS connections, ${RENEWALS} renewals are not noticed`, () => {
  describeWith('nginx', 'by clients of nginx, which is sent SIGHUP', () => {
    let node: ActingNode
    let nginx: ChildProcess
    let target: LoadTarget
    beforeAll(async () => {
      const port = await freePort()
      node = await joinActingNode(ca, {
        specs: (path) => [
          certificateSpec(path, 'kubelet-serving', {
            actions: { leaf: [{ signal: 'SIGHUP', pidFile: path('nginx.pid') }] },
            proof: { address: `127.0.0.1:${port}` },
          }),
          bundleSpec(path, 'server-ca'),
        ],
      })
      expect(await node.certmgr('ensure')).toMatchObject({ exitCode: 0 })
      const [certificate, key] = ['kubelet-serving.crt', 'kubelet-serving.key'].map(node.path)
      const place = { folder: node.path('.'), port, certificate: certificate!, key: key! }
      mkdirSync(node.path('nginx'))
      writeFileSync(node.path('nginx.conf'), nginxConfig(place))
      nginx = spawn('nginx', nginxArguments(node.path('nginx.conf')), { stdio: 'ignore' })
      target = { port, options: () => ({ ca: readFileSync(node.path('server-ca.crt')) }) }
      await until(async () => (await askOnce(target).catch(() => '')) !== '', PATIENTLY)
      node.start()
    })
    afterAll(async () => {
      await endOf(nginx, 'SIGTERM')
      await node.dispose()
    })

    it('with a new key each, and no restart', async () => {
      const pidFile = nginxPidFile({ folder: node.path('.') })
      const before = readFileSync(pidFile, 'utf8')
      await expectRenewalsUnnoticed(node, target, 'kubelet-serving')
      expect(readFileSync(pidFile, 'utf8')).toBe(before)
    })
  })

  describeWith('etcd', 'by clients of etcd, which reads its files at every handshake', () => {
    const [server, client] = ['etcd-server', 'etcd-healthcheck-client']
    let node: ActingNode
    let etcd: ChildProcess
    let target: LoadTarget
    beforeAll(async () => {
      const [clientPort, peerPort] = [await freePort(), await freePort()]
      const proof = { address: `127.0.0.1:${clientPort}` }
      const more = (path: (name: string) => string, name: string, use: string) =>
        certificateSpec(path, name, {
          key: { path: path(`${name}.key`), rotation: 'keep' },
          proof: { ...proof, use },
        })
      node = await joinActingNode(ca, {
        ...{ name: 'master-1', role: 'master' },
        specs: (path) => [
          more(path, server, 'server'),
          more(path, client, 'client'),
          bundleSpec(path, 'etcd-client'),
        ],
      })
      // Nobody listens yet, and so nothing is proven.
      await node.certmgr('ensure')
      const clientCa = node.path('etcd-client.crt')
      const [certificate, key] = [node.path(`${server}.crt`), node.path(`${server}.key`)]
      const place = { folder: node.folder, clientPort, peerPort, certificate, key, clientCa }
      etcd = spawn('etcd', etcdArguments(place), { stdio: 'ignore' })
      const options = () => ({
        ca: readFileSync(clientCa),
        cert: readFileSync(node.path(`${client}.crt`)),
        key: readFileSync(node.path(`${client}.key`)),
      })
      target = { port: clientPort, path: '/version', options }
      await until(async () => (await askOnce(target).catch(() => '')) !== '', PATIENTLY)
      node.start()
    })
    afterAll(async () => {
      await endOf(etcd, 'SIGKILL')
      await node.dispose()
    })

    it('with the same key, whether its own certificate or those of clients change', async () => {
      const key = readFileSync(node.path(`${server}.key`))
      await expectRenewalsUnnoticed(node, target, server, [server, client])
      expect(readFileSync(node.path(`${server}.key`))).toEqual(key)
      expect(etcd.exitCode).toBeNull()
    })
  })
})
