import { renewalTime } from '@easycerts/shared/renewal'
import { hours, minutes } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import type { CaDisasters } from './disasters.ts'
import type { Observer, SimulatedNode } from './simulated-node.ts'
import { coveredOf, longestFree, type Span } from './spans.ts'

/** What a year showed of the laws. */
export interface Verdict {
  /** Renewals in each hour, identities among them. */
  readonly perHour: readonly number[]
  readonly renewals: number
  /** Certificates that ended on the disk before a successor came, though there had been a chance. */
  readonly needless: readonly string[]
  /** Those that ended without one: nobody could have renewed them. */
  readonly excused: number
  /** The longest that a consumer waited for its new certificate while nothing stood in the way, in ms. */
  readonly slowestAction: number
  /** The most renewals of one node in an hour. */
  readonly busiestNode: number
}

/** A certificate that could be had for so long in one piece should have been had. */
const CHANCE = minutes(30)
const HOUR = hours(1)
/** A certmgr that sleeps notices within the check interval that its clock is right again. */
const NOTICE = minutes(10)

export interface Judge extends Observer {
  /** What ended by an instant and was not renewed counts too. */
  readonly conclude: (nodes: readonly SimulatedNode[]) => Verdict
}

export const createJudge = ({ away, clock }: CaDisasters, [start, end]: Span): Judge => {
  const ofCa = [...away, ...clock.map(({ span }) => span)]
  const perHour = new Array<number>(Math.ceil((end - start) / HOUR)).fill(0)
  const counts = { renewals: 0, excused: 0, slowestAction: 0, busiestNode: 0 }
  const needless: string[] = []
  const recent = new Map<SimulatedNode, number[]>()

  const judge = (node: SimulatedNode, old: Certificate, at: number): void => {
    const ended = old.validity.notAfter.getTime() + 1000
    if (at <= ended) return
    const dueAt = renewalTime(old.validity, old.serialNumber).getTime()
    const ofNode = [...node.disasters.down, ...node.disasters.clock.map(({ span }) => span)]
    if (longestFree([dueAt, ended], [...ofCa, ...ofNode]) < CHANCE) counts.excused++
    else
      needless.push(`due ${new Date(dueAt).toISOString()}, renewed ${new Date(at).toISOString()}`)
  }

  return {
    renewed: (node, old, at) => {
      judge(node, old, at)
      const hour = Math.floor((at - start) / HOUR)
      perHour[hour] = (perHour[hour] ?? 0) + 1
      counts.renewals++
      const times = [...(recent.get(node) ?? []), at].filter((time) => time > at - HOUR)
      recent.set(node, times)
      counts.busiestNode = Math.max(counts.busiestNode, times.length)
    },
    loaded: (node, from, at) => {
      const waited = at - from - coveredOf([from, at], obstaclesOf(node))
      counts.slowestAction = Math.max(counts.slowestAction, waited)
    },
    conclude: (nodes) => {
      for (const node of nodes)
        for (const { certificate } of [...node.slots, node.identity]) judge(node, certificate, end)
      return { perHour, ...counts, needless }
    },
  }
}

/** What keeps a consumer from its certificate. */
const obstaclesOf = ({ disasters: { down, clock, stuck } }: SimulatedNode): Span[] => [
  ...down,
  ...stuck,
  ...clock.map(({ span: [from, until] }): Span => [from, until + NOTICE]),
]
