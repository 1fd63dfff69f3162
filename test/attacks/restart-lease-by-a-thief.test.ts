import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, type Identity, joinNode, type RawAnswer } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'

let ca: AttackedCa
let thief: Identity
let master: Identity
let other: Identity
beforeAll(async () => {
  ca = await startAttackedCa()
  thief = await joinNode(ca, 'worker-1', { hosts: ['10.0.0.11'] })
  master = await joinNode(ca, 'master-1', { role: 'master', hosts: ['10.0.0.21'] })
  other = await joinNode(ca, 'master-2', { role: 'master', hosts: ['10.0.0.22'] })
})
afterAll(() => ca.dispose())

const idOf = (letter: string): string => letter.repeat(32)

const take = (who: Identity, component: string, lease: string, more: object = {}) =>
  callAs(ca, who, 'POST', '/v1/restart-leases', { component, lease, ...more })
const release = (who: Identity, component: string, lease: string): Promise<RawAnswer> =>
  callAs(ca, who, 'POST', '/v1/restart-leases/release', { component, lease })

const holders = async (): Promise<string[]> => {
  const { body } = await ca.operator('GET', '/v1/restart-leases')
  return (body['leases'] as { component: string; node: string }[]).map(
    ({ component, node }) => `${component} ${node}`,
  )
}

const OF_MASTERS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const

describe('a stolen worker that would keep masters from their restarts', () => {
  it.each(OF_MASTERS)('takes no lease of %s', async (component) => {
    expect(await take(thief, component, idOf('a'))).toMatchObject({
      status: 403,
      code: 'ERR_REQUESTER_NOT_PERMITTED',
    })
    expect(await holders()).toEqual([])
  })

  it.each([
    'postgresql',
    'operator',
    '__proto__',
    'constructor',
    'ETCD',
    'etcd\n',
    '',
    'a'.repeat(52),
  ])('invents no component %j to fill the records with', async (component) => {
    const { status } = await take(thief, component, idOf('a'))
    expect([400, 403]).toContain(status)
    expect(ca.rows('SELECT * FROM restart_leases')).toEqual([])
  })

  it.each([{ node: 'master-1' }, { role: 'master' }, { holder: 'master-1' }, { limit: 9 }])(
    'speaks for nobody else: %j is refused',
    async (more) => {
      expect(await take(thief, 'kubelet', idOf('a'), more)).toMatchObject({
        status: 400,
        code: 'ERR_BODY_INVALID',
      })
    },
  )

  it('ends no lease of another, though it knows its id', async () => {
    expect((await take(master, 'etcd', idOf('b'))).body).toMatchObject({ state: 'granted' })
    expect((await release(thief, 'etcd', idOf('b'))).body).toEqual({ was: 'gone' })
    expect((await release(other, 'etcd', idOf('b'))).body).toEqual({ was: 'gone' })
    expect((await take(other, 'etcd', idOf('b'))).body).toMatchObject({ state: 'refused' })
    expect(await holders()).toEqual(['etcd master-1'])
  })

  it('neither lists nor breaks what an operator may', async () => {
    const wish = { component: 'etcd', node: 'master-1', reason: 'mine' }
    for (const who of [thief, other]) {
      const listed = await callAs(ca, who, 'GET', '/v1/restart-leases')
      const broken = await callAs(ca, who, 'POST', '/v1/restart-leases/break', wish)
      expect([listed.code, broken.code]).toEqual([
        'ERR_REQUESTER_NOT_PERMITTED',
        'ERR_REQUESTER_NOT_PERMITTED',
      ])
    }
    expect(await holders()).toEqual(['etcd master-1'])
  })

  it('hears of no master what it asks about its kubelet', async () => {
    const { body } = await take(thief, 'kubelet', idOf('c'))
    expect(body).toMatchObject({ state: 'granted', members: [] })
    expect(JSON.stringify(body)).not.toContain('master')
  })
})

describe('a stolen master that would keep a lease for ever', () => {
  it('has it for three lease times, and then others come first', async () => {
    await ca.operator('POST', '/v1/restart-leases/break', {
      ...{ component: 'etcd', node: 'master-1', reason: 'test' },
    })
    const states: unknown[] = []
    for (let minute = 0; minute < 40; minute += 5) {
      states.push((await take(other, 'etcd', idOf('d'))).body['state'])
      ca.advance(5 * 60_000)
    }
    expect(states).toEqual([...Array<string>(6).fill('granted'), 'ended', 'ended'])
    expect((await take(master, 'etcd', idOf('e'))).body).toMatchObject({ state: 'granted' })
  })

  it('loses it with its access', async () => {
    expect(await holders()).toEqual(['etcd master-1'])
    await ca.operator('POST', '/v1/nodes/master-1/quarantine', { reason: 'stolen' })
    expect(await take(master, 'etcd', idOf('e'))).toMatchObject({ code: 'ERR_NODE_QUARANTINED' })
    expect((await take(other, 'etcd', idOf('f'))).body).toMatchObject({ state: 'granted' })
  })
})
