import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { days } from '@easycerts/shared/time'
import {
  DEFAULT_LIFE,
  simulateYear,
  type Year,
  YEAR,
} from '../test/support/simulated-year/index.ts'

const FILE = join(resolve(import.meta.dirname, '..'), 'docs/renewal-year.svg')

const WIDTH = 900
const HEIGHT = 150
const LEFT = 60
const GAP = 60
const HOURS_A_POINT = 6

const at = (day: number, length: number) =>
  [YEAR[0] + days(day), YEAR[0] + days(day + length)] as const
const fleet = { nodes: 400, certificatesPerNode: 4, life: DEFAULT_LIFE, seed: 7 } as const

const panels: readonly { readonly title: string; readonly year: Year }[] = [
  { title: '400 nodes, calm', year: simulateYear({ ...fleet, weather: 'calm' }) },
  {
    title: '1,000 nodes, calm, certificates live for 7 days, two months',
    year: simulateYear({ ...fleet, nodes: 1000, days: 60, life: days(7), weather: 'calm' }),
  },
  {
    title: '400 nodes that joined in one hour',
    year: simulateYear({ ...fleet, weather: 'calm', joinedOver: 1 / 24 }),
  },
  {
    title: '400 nodes, CA away for one day and for three',
    year: simulateYear({
      ...fleet,
      weather: 'calm',
      ca: { away: [at(60, 1), at(200, 3)], clock: [] },
    }),
  },
]

const meanOf = ({ perHour }: Year): number =>
  perHour.reduce((sum, count) => sum + count, 0) / perHour.length

const panelOf = ({ title, year }: (typeof panels)[number], index: number): string => {
  const top = 30 + index * (HEIGHT + GAP)
  const mean = meanOf(year)
  const peak = Math.max(...year.perHour)
  // What an outage has dammed up comes in one hour, far above the scale.
  const scale = Math.max(4 * mean, 1)
  const y = (count: number): number => top + HEIGHT - (Math.min(count, scale) / scale) * HEIGHT
  const x = (hour: number): number => LEFT + (hour / year.perHour.length) * WIDTH
  const points: string[] = []
  for (let hour = 0; hour < year.perHour.length; hour += HOURS_A_POINT) {
    const most = Math.max(...year.perHour.slice(hour, hour + HOURS_A_POINT))
    points.push(`${x(hour).toFixed(1)},${y(most).toFixed(1)}`)
  }
  const outages = year.away.map(([from, until]) => {
    const [start, end] = [from, until].map((instant) => x((instant - YEAR[0]) / days(1 / 24)))
    return `<rect x="${start ?? 0}" y="${top}" width="${(end ?? 0) - (start ?? 0)}" height="${HEIGHT}" fill="#f4c7c3"/>`
  })
  const line = (count: number, text: string): string =>
    `<line x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y(count)}" y2="${y(count)}" stroke="#999" stroke-dasharray="4 4"/>` +
    `<text x="${LEFT - 6}" y="${y(count) + 4}" text-anchor="end">${text}</text>`
  return [
    `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${title}: mean ${mean.toFixed(1)}, peak ${peak} an hour</text>`,
    ...outages,
    line(mean, 'mean'),
    line(2 * mean, '2 ×'),
    line(3.5 * mean, '3.5 ×'),
    `<polyline fill="none" stroke="#1a56a0" points="${points.join(' ')}"/>`,
  ].join('\n')
}

for (const { title, year } of panels)
  console.log(
    `${title}: ${year.renewals} renewals, mean ${meanOf(year).toFixed(1)}, peak ${Math.max(...year.perHour)} an hour, ` +
      `${year.needless.length} needless ends, ${year.excused} excused`,
  )

const full = 30 + panels.length * (HEIGHT + GAP)
writeFileSync(
  FILE,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 20} ${full}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${panels.map(panelOf).join('\n')}
<text x="${LEFT}" y="${full - 20}">4 certificates and an identity a node, one year; most renewals an hour in each 6 hours; red: CA away</text>
</svg>
`,
)
