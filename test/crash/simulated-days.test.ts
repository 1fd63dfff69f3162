import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'
import { describeWith } from '../support/needed-tool.ts'
import { seededRandom } from '../support/random.ts'
import { type DayNode, startDayNode } from '../support/simulated-days/day-node.ts'
import { misjudgedRenewals } from '../support/simulated-days/judge-days.ts'
import { type LivedDays, liveDays } from '../support/simulated-days/live-days.ts'
import { type DaysWish, planDays } from '../support/simulated-days/plan-days.ts'

const SEED = Number(process.env['SEED'] ?? 20261121)

/** No outage is longer than a third of a life, less a step of the clock. */
const FULL: DaysWish = {
  days: 60,
  life: '10d',
  outages: [
    [100, 106],
    [200, 212],
    [380, 404],
    [560, 608],
    [830, 902],
    [1150, 1210],
  ],
  kills: 0.25,
}
const SAMPLE: DaysWish = { days: 3, life: '2d', outages: [[38, 46]], kills: 0.3 }

const wish = process.env['SOAK'] === 'full' ? FULL : SAMPLE

const folder = makeFolder()
let clock: FakeClock
let ca: CaServerProcess
let day: DayNode
let lived: LivedDays

describeWith('faketime', `${wish.days} simulated days with real processes (seed ${SEED})`, () => {
  beforeAll(async () => {
    clock = createFakeClock(join(folder, 'time'))
    ca = await startCaServer({
      env: clock.env,
      initArgs: ['--certificate-life', wish.life],
      // It renews its own certificate by the monotonic clock, which nobody moves here.
      editConfig: (text) => text.replace(/^( +caServer:).*$/m, '$1 90d'),
    })
    const variables = Object.entries(clock.env).map(([name, value]) => `${name}=${value}`)
    day = await startDayNode(ca, ['env', ...variables])
  })
  afterAll(async () => {
    await day.dispose()
    await ca.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  it('never serve what has expired, and always serve what is newest', async () => {
    lived = await liveDays({ ca, clock, day }, planDays(wish, seededRandom(SEED)))
    expect(lived.faults).toEqual([])
  })

  it('renew each certificate, and the identity, at its point and not before', () => {
    const renewals = [...lived.certificates].map(
      ([name, { length }]) => [name, length - 1] as const,
    )
    if (wish === FULL) console.log(summaryOf(lived))
    expect(renewals.map(([name]) => name).toSorted()).toEqual([
      'client',
      'identity',
      'shop',
      'site',
    ])
    for (const [, count] of renewals) expect(count).toBeGreaterThanOrEqual(wish.days / 10)
    const judged = [...lived.certificates].flatMap(([name, certificates]) =>
      misjudgedRenewals(name, certificates, lived.steps),
    )
    expect(judged).toEqual([])
  })

  it('ask the CA for no certificate but these, and one more where a kill lost one', async () => {
    const { stdout } = await ca.ca(['certificate', 'list'])
    const rows = JSON.parse(stdout) as { profile: string }[]
    const isOurs = ({ profile }: { profile: string }) => /^(kubelet-|node-identity)/.test(profile)
    const onDisk = [...lived.certificates.values()].flat().length
    const issued = rows.filter(isOurs).length - OF_JOIN
    if (wish === FULL) console.log(`${issued} issued for ${onDisk} on the disk`)
    expect(issued).toBeGreaterThanOrEqual(onDisk)
    expect(issued).toBeLessThanOrEqual(onDisk + MOST_LOST_BY_A_KILL * lived.kills)
  })
})

/** kubelet-client and kubelet-serving, which lie where nothing keeps them true. */
const OF_JOIN = 2
/** Of each of the three specs. */
const MOST_LOST_BY_A_KILL = 3

const summaryOf = (lived: LivedDays): string => {
  const { steps, certificates, kills, killsInRenewals, trustVersion } = lived
  const renewals = [...certificates].map(([name, { length }]) => `${name} ${length - 1}`).join(', ')
  return `${steps.length} steps, ${kills} kills (${killsInRenewals} in renewals), trust version ${trustVersion}; renewals: ${renewals}`
}
