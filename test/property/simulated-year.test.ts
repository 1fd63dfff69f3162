import { env } from 'node:process'
import { days, hours } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIFE, simulateYear, type Year, YEAR } from '../support/simulated-year/index.ts'

const isFull = env['SOAK'] === 'full'
// Retries through an outage of 20 days are most of the work.
const NODES = isFull ? 200 : 3
const SEEDS = isFull ? [1, 2, 3, 4, 5] : [1]
const CERTIFICATES = 4

const meanOf = ({ perHour }: Year): number =>
  perHour.reduce((sum, count) => sum + count, 0) / perHour.length
const peakOf = ({ perHour }: Year): number => Math.max(...perHour)

const calm = { nodes: 1000, certificatesPerNode: CERTIFICATES, seed: 7, weather: 'calm' } as const

describe('a calm year of 1,000 nodes with 4 certificates and an identity each', () => {
  it('renews at most twice the mean in any hour where certificates live for a week', () => {
    const year = simulateYear({ ...calm, life: days(7), days: isFull ? 365 : 15 })
    expect(year).toMatchObject({ needless: [], excused: 0 })
    expect(peakOf(year)).toBeLessThanOrEqual(2 * meanOf(year))
  }, 120_000)

  it('renews no more in any hour than chance brings where they live for a month', () => {
    const year = simulateYear({ ...calm, life: DEFAULT_LIFE, days: isFull ? 365 : 45 })
    expect(year).toMatchObject({ needless: [], excused: 0 })
    // A dozen an hour: five standard deviations of independent draws.
    const mean = meanOf(year)
    expect(peakOf(year)).toBeLessThanOrEqual(mean + 5 * Math.sqrt(mean))
  }, 120_000)

  it('spreads a fleet that joined in one hour, and never renews it in one hour again', () => {
    const nodes = isFull ? 1000 : 120
    const year = simulateYear({ ...calm, nodes, life: DEFAULT_LIFE, joinedOver: 1 / 24 })
    const mean = meanOf(year)
    // All of them in the sixth of a life that is the window, against seven twelfths in the mean.
    const echo = (7 / 12 / (1 / 6)) * mean
    expect(peakOf(year)).toBeLessThanOrEqual(echo + 5 * Math.sqrt(echo))
    const second = year.perHour.slice(year.perHour.length / 2)
    expect(Math.max(...second)).toBeLessThanOrEqual(mean * 2 + 5 * Math.sqrt(mean))
  }, 120_000)
})

describe('a year in which everything goes wrong', () => {
  it.each(SEEDS)(
    'lets nothing expire that could have been renewed (seed %i)',
    (seed) => {
      const year = simulateYear({
        nodes: NODES,
        certificatesPerNode: CERTIFICATES,
        life: DEFAULT_LIFE,
        seed,
        weather: 'bad',
      })
      expect(year.needless).toEqual([])
      // The 20 days are longer than what is left at the renewal point: some had no chance.
      expect(year.excused).toBeGreaterThan(0)
      expect(year.renewals).toBeGreaterThan(NODES * CERTIFICATES * 15)
      expect(year.slowestAction).toBeLessThan(hours(1))
      // No clock, crash or failure makes a node renew in a loop.
      expect(year.busiestNode).toBeLessThanOrEqual(2 * (CERTIFICATES + 1))
    },
    600_000,
  )
})

describe('an outage of the CA', () => {
  const from = YEAR[0] + days(100)
  const outage = (length: number, nodes: number) =>
    simulateYear({
      ...calm,
      nodes,
      days: 150,
      life: DEFAULT_LIFE,
      ca: { away: [[from, from + length]], clock: [] },
    })

  it('of less than a third of a life costs no certificate', () => {
    const year = outage(days(9), isFull ? 200 : 10)
    expect(year).toMatchObject({ needless: [], excused: 0 })
  }, 300_000)

  it('is made good within ten minutes of its end, and the echo stays below what the window allows', () => {
    const length = hours(72)
    const year = outage(length, isFull ? 1000 : 100)
    const back = (from + length - YEAR[0]) / hours(1)
    const inTheHour = year.perHour[back] ?? 0
    const missed = year.perHour.slice(back - 72, back)
    expect(missed.every((count) => count === 0)).toBe(true)
    const mean = meanOf(year)
    // What fell due meanwhile, all at once, and then the usual.
    expect(inTheHour).toBeGreaterThan(50 * mean)
    expect(inTheHour).toBeLessThan(100 * mean)
    const after = year.perHour.slice(back + 1)
    expect(Math.max(...after)).toBeLessThanOrEqual(3.5 * mean + 5 * Math.sqrt(3.5 * mean))
  }, 300_000)
})
