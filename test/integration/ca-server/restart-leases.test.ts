import { generateSigningKey } from '@easycerts/shared/key'
import { days, minutes } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  breakRestartLease,
  listRestartLeases,
  membersBeside,
  membersOfComponent,
  quarantineNode,
  releaseRestartLease,
  takeRestartLease,
} from '../../../apps/ca-server/src/authority/index.ts'
import { confirmAs, joinBy, requesterOf, takeTicketOf } from '../../support/in-process-nodes.ts'
import { OPERATOR } from '../../support/requesters.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let ca: TestAuthority
beforeEach(async () => {
  ca = await openTestAuthority()
})
afterEach(() => ca.dispose())

const join = async (node: string, role: 'master' | 'worker' = 'master', host = '10.0.1.1') => {
  const ticket = await takeTicketOf(ca, node, { hosts: [host], role })
  const certificate = await joinBy(ca, ticket, await generateSigningKey('ecdsa-p256'))
  await confirmAs(ca, certificate)
  return certificate
}

const take = async (node: Certificate, id: string, component = 'etcd') =>
  takeRestartLease(ca.authority, await requesterOf(ca, node), { component, id: id.repeat(32) })

const release = async (node: Certificate, id: string, component = 'etcd') =>
  releaseRestartLease(ca.authority, await requesterOf(ca, node), { component, id: id.repeat(32) })

const entriesOf = async (kind: string) =>
  ca.authority.store.read(
    async (reading) => (await reading.searchLog({ limit: 100, kind })).entries,
  )

describe('restart leases of a CA', () => {
  it('go from one master to the next, and each step is an entry of the log', async () => {
    const [one, two] = [await join('master-1'), await join('master-2', 'master', '10.0.1.2')]
    expect((await take(one, 'a')).kind).toBe('granted')
    expect((await take(one, 'a')).kind).toBe('granted')
    expect((await take(two, 'b')).kind).toBe('refused')
    expect(await release(two, 'b')).toBe('gone')
    expect(await release(one, 'a')).toBe('held')
    expect(await release(one, 'a')).toBe('gone')
    expect((await take(two, 'b')).kind).toBe('granted')
    expect((await listRestartLeases(ca.authority)).map(({ node }) => node)).toEqual(['master-2'])
    expect((await entriesOf('restart-lease-taken')).map(({ actor }) => actor).toSorted()).toEqual([
      'node master-1',
      'node master-2',
    ])
    expect(await entriesOf('restart-lease-released')).toHaveLength(1)
  })

  it('are broken by an operator, and the holder hears of it', async () => {
    const one = await join('master-1')
    await take(one, 'a')
    const wish = { component: 'etcd', node: 'master-1', reason: 'gone' }
    await breakRestartLease(ca.authority, OPERATOR, wish)
    expect(await take(one, 'a')).toEqual({ kind: 'ended', how: 'broken' })
    expect(await codeOfAsync(breakRestartLease(ca.authority, OPERATOR, wish))).toBe('ERR_USAGE')
    const [entry] = await entriesOf('restart-lease-broken')
    expect(entry?.body).toEqual(wish)
  })

  it('end with the access of their holder', async () => {
    const [one, two] = [await join('master-1'), await join('master-2', 'master', '10.0.1.2')]
    await take(one, 'a')
    await quarantineNode(ca.authority, { operator: OPERATOR, node: 'master-1', reason: 'stolen' })
    expect(await listRestartLeases(ca.authority)).toEqual([])
    expect((await take(two, 'b')).kind).toBe('granted')
  })

  it('are not given by a clock that has jumped, for by it nobody’s has ended', async () => {
    const [one, two] = [await join('master-1'), await join('master-2', 'master', '10.0.1.2')]
    await take(one, 'a')
    ca.clock.jump(days(60))
    expect(await codeOfAsync(take(two, 'b'))).toBeDefined()
    ca.clock.jump(0 - days(60))
    expect((await take(two, 'b')).kind).toBe('refused')
  })

  it('are for components that the role of a node runs, or that policy names', async () => {
    const worker = await join('worker-1', 'worker')
    const refused: unknown[] = []
    ca.authority.events.listen({ refused: (refusal) => void refused.push(refusal) })
    for (const component of ['etcd', 'kube-apiserver', 'postgresql', 'operator'])
      expect(await codeOfAsync(take(worker, 'a', component)), component).toBe(
        'ERR_REQUESTER_NOT_PERMITTED',
      )
    expect(refused).toHaveLength(4)
    expect(refused[0]).toMatchObject({ requester: 'node worker-1', rule: 'lease-component' })
    expect((await take(worker, 'a', 'kubelet')).kind).toBe('granted')
    const { policy } = ca.authority
    const restartLeases = { leaseTime: minutes(5), limits: { postgresql: 1 } }
    policy.replace({ ...policy.current(), restartLeases })
    expect((await take(worker, 'a', 'postgresql')).kind).toBe('granted')
  })

  it('come with the other members of what is guarded, for the day the CA is away', async () => {
    await join('master-1')
    await join('master-2', 'master', '10.0.1.2')
    await join('worker-1', 'worker', '10.0.1.3')
    expect(await membersOfComponent(ca.authority, 'etcd', 'master-1')).toEqual([
      { node: 'master-2', address: '10.0.1.2' },
    ])
    expect(await membersOfComponent(ca.authority, 'kubelet', 'worker-1')).toEqual([])
    const facts = { hosts: [], clusterAdmin: false }
    expect(
      await membersBeside(ca.authority, { ...facts, name: 'master-1', role: 'master' }),
    ).toEqual({
      etcd: [{ node: 'master-2', address: '10.0.1.2' }],
      'kube-apiserver': [{ node: 'master-2', address: '10.0.1.2' }],
    })
    expect(
      await membersBeside(ca.authority, { ...facts, name: 'worker-1', role: 'worker' }),
    ).toBeUndefined()
  })

  it('one at a time, however many ask at once', async () => {
    const nodes = []
    for (let index = 0; index < 4; index++)
      nodes.push(await join(`master-${index}`, 'master', `10.0.1.${index + 1}`))
    const answers = await Promise.all(nodes.map((node, index) => take(node, String(index))))
    expect(answers.filter(({ kind }) => kind === 'granted')).toHaveLength(1)
  })
})
