import { days, hours, minutes, seconds } from '@easycerts/shared/time'
import type { Span } from './spans.ts'

/** What goes wrong for everybody: the CA is away, or its clock is wrong. */
export interface CaDisasters {
  readonly away: readonly Span[]
  /** How far the clock of the CA is off, and when. */
  readonly clock: readonly { readonly span: Span; readonly offset: number }[]
}

/** What goes wrong on one node. */
export interface NodeDisasters {
  readonly down: readonly Span[]
  readonly clock: readonly { readonly span: Span; readonly offset: number }[]
  /** A unit that cannot be restarted, a disk that is full. */
  readonly stuck: readonly Span[]
}

/** How likely something is each time that it is done. */
export interface Mishaps {
  readonly caRefuses: number
  readonly actionFails: number
  /** certmgr dies at some step of the pass. */
  readonly crash: number
  /** Of an answer or an action, at most; what takes longer is cut off. */
  readonly slowest: number
}

export const NO_CA_DISASTERS: CaDisasters = { away: [], clock: [] }
export const NO_NODE_DISASTERS: NodeDisasters = { down: [], clock: [], stuck: [] }
export const NO_MISHAPS: Mishaps = { caRefuses: 0, actionFails: 0, crash: 0, slowest: 0 }

/** Of a bad year; 20 s and 90 s are the limits of requests and actions. */
export const MISHAPS: Mishaps = {
  caRefuses: 0.05,
  actionFails: 0.2,
  crash: 0.01,
  slowest: seconds(20),
}

type Random = () => number

const between = (random: Random, least: number, most: number): number =>
  least + (most - least) * random()

const spanWithin = (
  random: Random,
  [from, until]: Span,
  [least, most]: readonly [number, number],
): Span => {
  // Mostly short, rarely long.
  const length = least * (most / least) ** random()
  const start = between(random, from, until)
  return [start, start + length]
}

const many = <Value>(count: number, make: () => Value): Value[] =>
  Array.from({ length: count }, make)

/** An outage of 20 days, one of a week, some of hours, many of minutes, and a clock that jumps. */
export const drawCaDisasters = (random: Random, year: Span): CaDisasters => ({
  away: [
    spanWithin(random, year, [days(20), days(20)]),
    spanWithin(random, year, [days(5), days(9)]),
    ...many(6, () => spanWithin(random, year, [hours(1), days(2)])),
    ...many(20, () => spanWithin(random, year, [seconds(10), minutes(30)])),
  ],
  clock: many(2, () => ({
    span: spanWithin(random, year, [minutes(10), days(1)]),
    offset: between(random, days(-30), days(30)),
  })),
})

/** Reboots, a week in a cupboard, clocks that are hours to weeks off, a unit that hangs. */
export const drawNodeDisasters = (random: Random, year: Span): NodeDisasters => ({
  down: [
    ...many(4, () => spanWithin(random, year, [seconds(30), minutes(20)])),
    ...(random() < 0.2 ? [spanWithin(random, year, [days(1), days(10)])] : []),
  ],
  clock:
    random() < 0.5
      ? [
          {
            span: spanWithin(random, year, [minutes(1), days(5)]),
            offset: between(random, days(-45), days(45)),
          },
        ]
      : [],
  stuck: random() < 0.3 ? [spanWithin(random, year, [minutes(5), days(2)])] : [],
})
