import { renewalTime } from '@easycerts/shared/renewal'
import { addDuration, type Duration, days, minutes } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import { seededRandom } from '../random.ts'
import {
  type CaDisasters,
  drawCaDisasters,
  drawNodeDisasters,
  MISHAPS,
  NO_CA_DISASTERS,
  NO_MISHAPS,
  NO_NODE_DISASTERS,
} from './disasters.ts'
import { createEventQueue } from './event-queue.ts'
import { createJudge, type Verdict } from './judge-year.ts'
import { createSimulatedCa, simulatedCertificate } from './simulated-ca.ts'
import { SimulatedNode, type Slot } from './simulated-node.ts'
import type { Span } from './spans.ts'

export const YEAR: Span = [Date.UTC(2030, 0, 1), Date.UTC(2031, 0, 1)]

export interface YearWish {
  readonly nodes: number
  readonly certificatesPerNode: number
  readonly life: Duration
  /** Instead of a whole year. */
  readonly days?: number
  /** The same seed gives the same year. */
  readonly seed: number
  /** 'calm': nothing fails. 'bad': whatever the disasters say. */
  readonly weather: 'calm' | 'bad'
  /** Instead of those that are drawn. */
  readonly ca?: CaDisasters
  /** Days before the start over which the fleet joined; left out, it has run for long. */
  readonly joinedOver?: number
}

export interface Year extends Verdict {
  readonly away: readonly Span[]
}

/** Nodes with the real decisions of certmgr, from the first of January to the last of December. */
export const simulateYear = (wish: YearWish): Year => {
  const random = seededRandom(wish.seed)
  const isBad = wish.weather === 'bad'
  const mishaps = isBad ? MISHAPS : NO_MISHAPS
  const disasters = wish.ca ?? (isBad ? drawCaDisasters(random, YEAR) : NO_CA_DISASTERS)
  const ca = createSimulatedCa({ life: wish.life, disasters, mishaps, random })
  const end = wish.days === undefined ? YEAR[1] : YEAR[0] + days(wish.days)
  const judge = createJudge(disasters, [YEAR[0], end])
  const nodes = Array.from({ length: wish.nodes }, () => {
    const own = isBad ? drawNodeDisasters(random, YEAR) : NO_NODE_DISASTERS
    const slot = (name: string): Slot => ({ name, certificate: firstCertificate(wish, random) })
    const slots = Array.from({ length: wish.certificatesPerNode }, (_, index) => slot(`c${index}`))
    const facts = { ca, disasters: own, mishaps, random, observer: judge }
    return new SimulatedNode(facts, slots, slot('identity'))
  })
  run(nodes, end, random)
  return { ...judge.conclude(nodes), away: disasters.away }
}

const run = (nodes: readonly SimulatedNode[], end: number, random: () => number): void => {
  const queue = createEventQueue<SimulatedNode>()
  for (const node of nodes) {
    queue.add(YEAR[0], node)
    // A certmgr that sleeps notices a clock that moved at its next look.
    for (const { span } of node.disasters.clock)
      for (const instant of span) queue.add(instant + random() * minutes(10), node)
    for (const [from] of node.disasters.down) queue.add(from, node)
  }
  const planned = new Map<SimulatedNode, number>()
  for (let item = queue.next(); item && item.at < end; item = queue.next()) {
    const { at, event: node } = item
    const known = planned.get(node)
    const next = node.pass(at)
    if (known !== undefined && known > at && known <= next) continue
    planned.set(node, next)
    queue.add(next, node)
  }
}

/** Somewhere between its issuance and its renewal, as in a fleet that has run for long. */
const firstCertificate = ({ life, joinedOver }: YearWish, random: () => number): Certificate => {
  const start = new Date(YEAR[0])
  const certificate = simulatedCertificate(start, life, random)
  const { validity, serialNumber } = certificate
  const untilDue = renewalTime(validity, serialNumber).getTime() - start.getTime()
  const age = random() * (joinedOver === undefined ? untilDue : days(joinedOver))
  const shift = (instant: Date): Date => addDuration(instant, -Math.floor(age / 1000) * 1000)
  const shifted = { notBefore: shift(validity.notBefore), notAfter: shift(validity.notAfter) }
  return { ...certificate, validity: shifted }
}
