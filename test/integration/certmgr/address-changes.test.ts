import { NODE_PATHS } from '@easycerts/shared/layout'
import { minutes } from '@easycerts/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AttackedCa, startAttackedCa } from '../../attacks/support/attacked-ca.ts'
import { reportingNode } from '../../support/certmgr/reporting-node.ts'

const REJOIN_MARK = `${NODE_PATHS.certmgrState}/rejoin-for-units.json`

let offset = 0
const clock = (): Date => new Date(Date.now() + offset)

let ca: AttackedCa
// A join goes by the true time, which each test leaves behind.
beforeEach(async () => {
  offset = 0
  const nodes = { addressChanges: 'allow' as const, allowedNetworks: ['10.7.0.0/16'] }
  ca = await startAttackedCa({ config: { nodes } })
})
afterEach(() => ca.dispose())

const passTime = (milliseconds: number): void => {
  offset += milliseconds
  ca.advance(milliseconds)
}

const join = (name: string, address: string) => reportingNode(ca, name, { clock, hosts: [address] })

const standingOf = async (name: string) =>
  (await ca.operator('GET', `/v1/nodes/${name}`)).body as {
    report: Record<string, unknown> | null
    change: { id: string; added: string[]; gone: string[] } | null
  }

const namesOf = ({ names }: { readonly names: readonly { readonly value: string }[] }): string[] =>
  names.map(({ value }) => value)

describe('certmgr', () => {
  it('tells the CA at every contact what is on its disk, and proves nothing of what is loaded', async () => {
    const node = await join('worker-1', '10.0.0.11')
    node.move('worker-1', ['eth0', '10.0.0.11'], ['cni0', '10.88.0.1'], ['eth0', 'fe80::1'])
    await node.pass()
    const { serialNumber, fingerprint } = node.certificate('kubelet-serving')
    const { report, change } = await standingOf('worker-1')
    expect(change).toBeNull()
    expect(report).toMatchObject({
      easycerts: '0.1.0',
      kubernetes: null,
      trust: { epoch: 1 },
      machine: { name: 'worker-1', addresses: ['10.0.0.11'] },
      failures: [],
      hints: [],
    })
    expect(report?.['certificates']).toContainEqual({
      name: 'kubelet-serving',
      onDisk: { serialNumber, fingerprint },
      loaded: null,
    })
    expect(report?.['bundles']).toEqual([
      {
        name: 'trust-client-ca',
        onDisk: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        loaded: null,
      },
    ])
  })

  it('replaces exactly what says otherwise once an operator approves, and once only', async () => {
    const node = await join('worker-2', '10.0.0.21')
    node.move('worker-2', ['eth0', '10.0.0.21'])
    await node.pass()
    const [client, serving] = [
      node.certificate('kubelet-client'),
      node.certificate('kubelet-serving'),
    ]
    passTime(minutes(30))
    node.move('worker-2', ['eth0', '10.0.0.22'])
    await node.pass()
    expect(node.certificate('kubelet-serving').serialNumber).toBe(serving.serialNumber)
    const { change } = await standingOf('worker-2')
    expect(change).toMatchObject({ added: ['10.0.0.22'], gone: ['10.0.0.21'] })

    const { body } = await ca.operator('POST', '/v1/nodes/worker-2/approve', { change: change?.id })
    expect(body['affected']).toMatchObject([
      { profile: 'kubelet-serving', serialNumber: serving.serialNumber },
    ])
    await node.pass()
    const renewed = node.certificate('kubelet-serving')
    expect(namesOf(renewed)).toEqual(['worker-2', '10.0.0.22'])
    expect(node.certificate('kubelet-client').serialNumber).toBe(client.serialNumber)
    expect(node.log.join('')).toContain('names-changed')

    for (let count = 0; count < 3; count++) {
      passTime(minutes(20))
      await node.pass()
    }
    expect(node.certificate('kubelet-serving').serialNumber).toBe(renewed.serialNumber)
  })

  it('says that units name the old address until they do not', async () => {
    const node = await join('worker-3', '10.0.0.31')
    node.move('worker-3', ['eth0', '10.0.0.31'])
    await node.pass()
    const set = (...hosts: readonly string[]) =>
      ca.operator('POST', '/v1/nodes/worker-3/hosts', { hosts })
    await set('10.0.0.31', 'w3.example.com')
    await node.pass()
    expect(node.has(REJOIN_MARK)).toBe(false)
    await set('10.0.0.32')
    await node.pass()
    expect((await standingOf('worker-3')).report).toMatchObject({ hints: ['rejoin-for-units'] })
    await set('10.0.0.31')
    await node.pass()
    expect(node.has(REJOIN_MARK)).toBe(false)
  })

  it('asks again at once where policy made the change, so that the names follow', async () => {
    const node = await join('worker-4', '10.7.0.41')
    node.move('worker-4', ['eth0', '10.7.0.41'])
    await node.pass()
    passTime(minutes(30))
    node.move('worker-4', ['eth0', '10.7.0.42'])
    const next = await node.pass()
    expect(next.getTime() - clock().getTime()).toBeLessThan(minutes(1))
    await node.pass()
    expect(namesOf(node.certificate('kubelet-serving'))).toEqual(['worker-4', '10.7.0.42'])
  })

  it('makes no certificate for each turn of an address that comes and goes', async () => {
    const node = await join('worker-5', '10.7.0.51')
    const serials = new Set<string>()
    for (let turn = 0; turn < 12; turn++) {
      node.move('worker-5', ['eth0', turn % 2 === 0 ? '10.7.0.51' : '10.7.0.52'])
      await node.pass()
      await node.pass()
      serials.add(node.certificate('kubelet-serving').serialNumber)
      passTime(minutes(10))
    }
    // Two hours: the first one, and one for each hour.
    expect(serials.size).toBeLessThanOrEqual(3)
  })

  it('goes on where the CA takes no report', async () => {
    const node = await join('worker-6', '10.0.0.61')
    node.move('worker-6', ['eth0', '10.0.0.61'])
    for (let count = 0; count < 8; count++) {
      node.move('worker-6', ['eth0', '10.0.0.61'], ['eth1', `192.168.0.${count + 1}`])
      await node.pass()
    }
    expect(node.log.join('')).toContain('the CA takes no report')
    expect(node.memory.ca.state).toBe('reachable')
    expect(node.memory.attempts.size).toBe(0)
  })
})
