import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EtcdCluster, type Outage, startEtcdCluster } from '../support/e2e/etcd-cluster.ts'
import { runProgram } from '../support/e2e/run-program.ts'
import { describeWith } from '../support/needed-tool.ts'
import { until } from '../support/until.ts'

let cluster: EtcdCluster
let load: Load

/** Keys that were written, one after the other, and read again, for as long as it goes. */
interface Load {
  readonly keys: Set<string>
  /** The longest that nothing could be written or read, in milliseconds. */
  longestSilence: number
  readonly stop: () => Promise<void>
}

const startLoad = ({ etcdctl }: EtcdCluster): Load => {
  let [isOver, lastAt, count] = [false, Date.now(), 0]
  const work = async (): Promise<void> => {
    for (; !isOver; count++) {
      const key = `key-${count}`
      const earlier = [...state.keys].at(count % Math.max(state.keys.size, 1)) ?? key
      try {
        await etcdctl('put', key, 'x')
        state.keys.add(key)
        if ((await etcdctl('get', '--print-value-only', earlier)).trim() === 'x')
          lastAt = Date.now()
      } catch {
        // One member may be down; how long that shows is what counts.
      }
      state.longestSilence = Math.max(state.longestSilence, Date.now() - lastAt)
    }
  }
  const state: Load = {
    keys: new Set<string>(),
    longestSilence: 0,
    stop: async () => {
      isOver = true
      await working
    },
  }
  const working = work()
  return state
}

const isAsked = async (root: string): Promise<boolean> =>
  (await runProgram('certmgr', ['renew', '--root', root, 'etcd-server'])).exitCode === 0

const restartsSince = (before: number): Outage[] => cluster.outages().toSorted(byTime).slice(before)
const byTime = (a: Outage, b: Outage): number => a.from - b.from

const expectOneByOne = (outages: readonly Outage[]): void => {
  expect(outages.map(({ member }) => member).toSorted()).toEqual([
    'master-1',
    'master-2',
    'master-3',
  ])
  for (const [index, { from }] of outages.entries())
    expect(from).toBeGreaterThanOrEqual(outages[index - 1]?.until ?? 0)
}

describeWith('etcdctl', 'three members of etcd whose certificates are renewed at once', () => {
  beforeAll(async () => {
    cluster = await startEtcdCluster()
    await until(
      () =>
        cluster.etcdctl('put', 'first', 'x').then(
          () => true,
          () => false,
        ),
      { within: 30_000, every: 200 },
    )
    cluster.startCertmgrs()
    load = startLoad(cluster)
  })
  afterAll(() => cluster.dispose())

  it('restart one by one while the CA gives leases, and lose no key', async () => {
    await Promise.all(cluster.members.map(({ root }) => until(() => isAsked(root), { every: 300 })))
    await until(() => cluster.outages().length >= 3, { within: 120_000, every: 200 })
    expectOneByOne(restartsSince(0))
    await until(
      async () =>
        ((await cluster.ca.operator('GET', '/v1/restart-leases')).body['leases'] as unknown[])
          .length === 0,
      { within: 30_000, every: 200 },
    )
    const entries = await cluster.ca.ca(['log', 'show', '--kind', 'restart-lease-released'])
    expect(entries.stdout).toContain('node master-3')
  })

  // Its turns are half a minute of waiting; what decides them has property tests.
  it.runIf(process.env['SOAK'] === 'full')(
    'restart one by one while the CA is away, as each sees the others healthy',
    async () => {
      cluster.killCertmgrs()
      const before = cluster.outages().length
      // As if certmgr had been killed between the new files and the restart.
      for (const { root } of cluster.members)
        writeFileSync(
          join(root, NODE_PATHS.certmgrState, 'pending-actions.json'),
          JSON.stringify([{ action: { restart: 'etcd.service' }, set: 'group-etcd' }]),
        )
      await cluster.ca.kill()
      cluster.startCertmgrs()
      await until(() => cluster.outages().length >= before + 3, { within: 120_000, every: 200 })
      expectOneByOne(restartsSince(before))
    },
  )

  it('were never without a quorum', async () => {
    await load.stop()
    expect(load.keys.size).toBeGreaterThan(20)
    // An election takes about a second; the limit of one call is three.
    expect(load.longestSilence).toBeLessThan(10_000)
    const stored = await cluster.etcdctl('get', '--prefix', '--keys-only', 'key-')
    for (const key of load.keys) expect(stored).toContain(`${key}\n`)
  })
})
