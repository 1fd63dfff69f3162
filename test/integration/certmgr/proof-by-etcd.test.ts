import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { seeServerCertificate } from '@easycerts/adapters/tls'
import { minutes, seconds } from '@easycerts/shared/time'
import { expect, it, onTestFinished } from 'vitest'
import { readProofs } from '../../../apps/certmgr/src/state/index.ts'
import {
  certificateSpec,
  joinedNode,
  type TestNode,
  trustSpec,
} from '../../support/certmgr/test-node.ts'
import { etcdArguments } from '../../support/consumers/etcd.ts'
import { freePort } from '../../support/free-port.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { until } from '../../support/until.ts'

const MASTER = {
  name: 'master-1',
  role: 'master',
  hosts: [{ kind: 'ip', value: '127.0.0.1' }],
  clusterAdmin: false,
} as const

const [LOOPBACK] = MASTER.hosts

const startEtcd = async ({ root }: TestNode, port: number): Promise<void> => {
  const peer = await freePort()
  const file = (name: string): string => join(root, 'pki', name)
  const place = {
    ...{ folder: root, clientPort: port, peerPort: peer },
    ...{ certificate: file('etcd-server.crt'), key: file('etcd-server.key') },
    clientCa: file('etcd-client.crt'),
  }
  const child = spawn('etcd', etcdArguments(place), { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { signal } = new AbortController()
  const point = { address: { host: LOOPBACK, port }, timeout: seconds(1), signal }
  const isShown = async () => (await seeServerCertificate(point)).kind === 'shown'
  await until(isShown, { within: 30_000, every: 200 })
}

describeWith('etcd', 'etcd', () => {
  it('is proven to serve a renewed certificate and to accept a renewed client at once', async () => {
    const port = await freePort()
    const address = `127.0.0.1:${port}`
    const keep = { group: 'etcd', rotation: 'keep' } as const
    const names = ['etcd-server', 'kube-apiserver-etcd-client'] as const
    const node = await joinedNode(
      [
        { ...certificateSpec(names[0], keep), proof: { address } },
        { ...certificateSpec(names[1], keep), proof: { address, use: 'client' } },
        trustSpec('etcd-client'),
      ],
      { ...MASTER, hosts: [...MASTER.hosts] },
    )
    const { pass, context } = await node.start()
    const recordOf = (name: string) => readProofs(context.paths.proofs)[name]
    const serialOf = (name: string): string => node.certificate(`/pki/${name}.crt`).serialNumber
    await pass()
    expect(names.map((name) => recordOf(name)?.state)).toEqual(['waiting', 'waiting'])
    await startEtcd(node, port)

    const seen = new Set<string>()
    for (let round = 0; round < 3; round++) {
      node.time.advance(minutes(1))
      await pass()
      for (const name of names) {
        expect(recordOf(name)).toMatchObject({ state: 'proven', serialNumber: serialOf(name) })
        seen.add(serialOf(name))
        node.write(`/var/lib/easycerts/certmgr/renew/${name}`, '')
      }
    }
    expect(seen.size).toBe(6)

    await node.ca.rotate('etcd')
    for (let round = 0; round < 4; round++) {
      node.time.advance(minutes(1))
      await pass()
    }
    expect(recordOf('etcd-server')?.state).toBe('proven')
    // etcd reads the CAs of its clients only when it starts, and so refuses one of the new CA.
    expect(recordOf('kube-apiserver-etcd-client')).toMatchObject({
      state: 'alarm',
      reason: 'refused',
    })
  }, 60_000)
})
