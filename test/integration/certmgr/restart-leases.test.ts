import { readFileSync } from 'node:fs'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NAME, type ServedNode, servedNode } from '../../support/certmgr/tls-consumer.ts'

const UNIT = 'kube-apiserver.service'
const RESTART = `restart ${UNIT}`
const HOSTS = [{ kind: 'ip', value: '127.0.0.1' }] as const
const TAKE = 'POST /v1/restart-leases'
const RELEASE = 'POST /v1/restart-leases/release'

type More = NonNullable<Parameters<typeof servedNode>[1]>

/** A node whose kube-apiserver is restarted for each certificate and answers /readyz. */
const guarded = async (
  onRestart: 'reads' | 'ignores' = 'reads',
  more: More = {},
): Promise<ServedNode> => {
  const served = await servedNode(
    { onReload: 'ignores', onRestart },
    { actions: { leaf: [{ restart: UNIT }] }, hosts: [...HOSTS], ...more },
  )
  // OpenSSL goes by the true clock: by it, what is issued must have begun and not ended.
  served.node.time.advance(0 - hours(2))
  return served
}

/** Its component runs and is proven; all that was said before is forgotten. */
const running = async (served: ServedNode): Promise<void> => {
  await served.pass()
  await served.start()
  await later(served, minutes(10))
  expect(served.record()?.state).toBe('proven')
  expect(served.node.ca.leases.held()).toEqual([])
  served.told.length = 0
  served.node.ca.calls.length = 0
}

const later = (served: ServedNode, duration: number): Promise<Date> => {
  served.node.time.advance(duration)
  return served.pass()
}

const leaseCalls = ({ node }: ServedNode): string[] =>
  node.ca.calls.filter((call) => call.includes('restart-leases'))

const waitsOf = (served: ServedNode) => served.status().actions[0]?.waits

describe('a restart of kube-apiserver', () => {
  it('takes a lease, and gives it back once the new certificate is seen', async () => {
    const served = await guarded()
    await running(served)
    served.renew()
    await served.pass()
    expect(served.told).toEqual([RESTART])
    expect(leaseCalls(served)).toEqual([TAKE, RELEASE])
    expect(served.node.ca.leases.held()).toEqual([])
    expect(served.record()?.state).toBe('proven')
  })

  it('waits for the node that has the lease, says so, and follows it', async () => {
    const served = await guarded()
    await running(served)
    served.node.ca.leases.takeAs('master-2', 'etcd')
    served.renew()
    const next = await served.pass()
    expect(served.told).toEqual([])
    expect(waitsOf(served)).toMatchObject({
      component: 'kube-apiserver',
      reason: 'another node restarts what it needs',
      nodes: ['master-2 (etcd)'],
    })
    expect(next.getTime() - served.node.time.now.getTime()).toBe(seconds(1))
    for (let waited = 0; waited < minutes(9); waited += seconds(30))
      await later(served, seconds(30))
    expect(served.told).toEqual([])
    await later(served, minutes(1))
    expect(served.told).toEqual([RESTART])
    expect(waitsOf(served)).toBeUndefined()
  })

  it('asks by the table of retries and no more seldom than every half minute', async () => {
    const served = await guarded()
    await running(served)
    served.node.ca.leases.takeAs('master-2', 'kube-apiserver')
    served.renew()
    let next = await served.pass()
    const waits = []
    for (let count = 0; count < 7; count++) {
      waits.push((next.getTime() - served.node.time.now.getTime()) / seconds(1))
      next = await later(served, next.getTime() - served.node.time.now.getTime())
    }
    expect(waits).toEqual([1, 2, 5, 15, 30, 30, 30])
  })

  it('has one lease and one restart, though an answer is lost and certmgr is killed', async () => {
    const served = await guarded()
    await running(served)
    served.node.ca.behaviour.lost.push('/v1/restart-leases')
    served.renew()
    await served.pass()
    expect(served.told).toEqual([])
    const [lease] = served.node.ca.leases.held()
    expect(waitsOf(served)).toMatchObject({ reason: 'the CA cannot be asked' })
    await served.again()
    await served.pass()
    expect(served.told).toEqual([RESTART])
    const state = readFileSync(
      join(served.node.root, NODE_PATHS.certmgrState, 'restart-leases.json'),
      'utf8',
    )
    expect(state).not.toContain(lease?.id ?? 'none')
    expect(leaseCalls(served)).toEqual([TAKE, TAKE, RELEASE])
    expect(served.node.ca.leases.held()).toEqual([])
  })

  it('gives its lease back after a start, if nobody heard of it before', async () => {
    const served = await guarded()
    await running(served)
    served.node.ca.behaviour.lost.push('/v1/restart-leases/release')
    served.renew()
    await served.pass()
    expect(served.status().actions).toEqual([])
    await served.again()
    await later(served, seconds(1))
    expect(leaseCalls(served)).toEqual([TAKE, RELEASE, RELEASE])
    await later(served, minutes(10))
    expect(leaseCalls(served)).toHaveLength(3)
    expect(served.told).toEqual([RESTART])
  })

  it('that fails keeps its lease and is tried again under it', async () => {
    const served = await guarded()
    await running(served)
    served.breakServices(true)
    served.renew()
    await served.pass()
    await later(served, seconds(1))
    expect(served.status().actions[0]?.attempts?.failures).toBe(2)
    expect(served.node.ca.leases.held()).toHaveLength(1)
    served.breakServices(false)
    await later(served, seconds(2))
    expect(served.told).toEqual([RESTART])
    expect(leaseCalls(served)).toEqual([TAKE, TAKE, TAKE, RELEASE])
  })

  it('that the CA denies to this node is a failure, and not an absence of the CA', async () => {
    const served = await guarded()
    await running(served)
    served.node.ca.behaviour.refused.add('lease')
    served.renew()
    await served.pass()
    await later(served, hours(1))
    expect(served.told).toEqual([])
    expect(served.status().actions[0]?.attempts?.lastFailure.message).toContain(
      'the CA gives no lease',
    )
  })

  it('that does not help keeps the lease until its end, and alarms', async () => {
    const served = await guarded('ignores')
    await running(served)
    served.renew()
    await served.pass()
    expect(served.told).toEqual([RESTART])
    expect(served.node.ca.leases.held()).toHaveLength(1)
    await later(served, minutes(5))
    expect(served.status().attempts['restart-kube-apiserver']?.lastFailure.code).toBe(
      'ERR_NOT_IN_USE',
    )
    expect(served.node.ca.leases.held()).toHaveLength(1)
    await later(served, minutes(5) + seconds(1))
    expect(served.node.ca.leases.held()).toEqual([])
    expect(served.told).toEqual([RESTART])
  })

  it('whose lease an operator breaks in its wait asks for another', async () => {
    const served = await guarded()
    await running(served)
    served.node.ca.behaviour.lost.push('/v1/restart-leases')
    served.renew()
    await served.pass()
    served.node.ca.leases.breakAll()
    await later(served, seconds(2))
    expect(served.told).toEqual([])
    await later(served, minutes(1) + seconds(1))
    expect(served.told).toEqual([RESTART])
  })

  it('is a last try too: what ignores a reload is restarted under a lease', async () => {
    const served = await guarded('reads', {
      actions: { leaf: [{ command: ['true'] }] },
      proof: { escalation: { restart: UNIT } },
    })
    await running(served)
    served.renew()
    await served.pass()
    served.node.ca.leases.takeAs('master-2', 'etcd')
    await later(served, minutes(2))
    expect(served.told).toEqual([])
    expect(waitsOf(served)).toBeDefined()
    await later(served, minutes(10))
    expect(served.told).toEqual([RESTART])
  })

  it('does without a lease where the unit does not run, for that is no restart', async () => {
    const served = await guarded()
    await running(served)
    await served.stop()
    served.renew()
    await served.pass()
    expect(leaseCalls(served)).toEqual([])
  })
})

describe('a restart while the CA is away', () => {
  const away = async (members?: Readonly<Record<string, string>>): Promise<ServedNode> => {
    const restartLeases = { members: members ? { 'kube-apiserver': members } : {} }
    const served = await guarded('reads', { restartLeases })
    served.node.ca.behaviour.life = hours(4)
    await running(served)
    served.node.ca.behaviour.lost.push('/v1/restart-leases')
    served.renew()
    await served.pass()
    served.node.ca.behaviour.isDown = true
    return served
  }
  /** Passes every two minutes, which misses no turn, for so long, or until the restart. */
  const wait = async (served: ServedNode, duration: number): Promise<number> => {
    let waited = 0
    for (; waited < duration && served.told.length === 0; waited += minutes(2))
      await later(served, minutes(2))
    return waited
  }
  it('of the only member is made after ten minutes', async () => {
    expect(await wait(await away({}), hours(1))).toBe(minutes(10))
  })

  it('is made in the turn of this node once every other member is healthy', async () => {
    const members = { 'worker-2': '127.0.0.1:1' }
    const served = await away(members)
    await wait(served, minutes(30))
    expect(served.told).toEqual([])
    members['worker-2'] = `127.0.0.1:${served.port}`
    expect(await wait(served, hours(1))).toBeLessThanOrEqual(minutes(15))
    expect(served.node.log.join('')).toContain('right=members')
  })

  it('waits as long as a member is ill, until the old certificate ends soon, and alarms', async () => {
    const members = { 'worker-2': '127.0.0.1:1' }
    const served = await away(members)
    // Until ten minutes before the last eighth of four hours begins.
    await later(served, hours(3) + minutes(10))
    expect(served.told).toEqual([])
    expect(await wait(served, minutes(40))).toBeGreaterThanOrEqual(minutes(6))
    expect(served.told).toEqual([RESTART])
    expect(served.node.log.join('')).toContain('ERR_RESTART_WITHOUT_LEASE')
  })

  it('waits where nobody told who the others are', async () => {
    const served = await away()
    await wait(served, minutes(20))
    expect(served.told).toEqual([])
    expect(served.node.log.join('')).toContain('members-unknown')
  })
})

describe('a component of which any number may be missed', () => {
  it('is restarted without the CA after ten minutes', async () => {
    const served = await servedNode(
      { onReload: 'ignores', onRestart: 'reads' },
      { actions: { leaf: [{ restart: 'kubelet.service', lease: 'kubelet' }] } },
    )
    await running(served)
    served.node.ca.behaviour.lost.push('/v1/restart-leases')
    served.renew()
    await served.pass()
    served.node.ca.behaviour.isDown = true
    await later(served, minutes(9))
    expect(served.told).toEqual([])
    await later(served, minutes(1))
    expect(served.told).toEqual(['restart kubelet.service'])
    expect(served.record()?.serialNumber).toBe(
      served.node.certificate(`/pki/${NAME}.crt`).serialNumber,
    )
  })
})
