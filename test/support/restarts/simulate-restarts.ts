import {
  decideLease,
  endOfLease,
  isGuarded,
  type RestartLease,
} from '@easycerts/shared/restart-lease'
import { addDuration, hours, minutes, seconds } from '@easycerts/shared/time'
import {
  afterAnswer,
  afterDecision,
  afterRestartDone,
  isPast,
  type LeaseAnswer,
  planRelease,
  planRestart,
  recordToAsk,
  type RestartDecision,
  type RestartRecord,
  type RestartRight,
} from '../../../apps/certmgr/src/plan/index.ts'
import { seededRandom } from '../random.ts'
import { createEventQueue } from '../simulated-year/event-queue.ts'

export interface RestartWish {
  readonly seed: number
  readonly nodes: number
  /** Restarts that are wanted on each node, in all. */
  readonly rounds: number
  readonly components: readonly string[]
  readonly limit: number
  /** Of the simulated time, in which the CA is away for everybody. */
  readonly awayShare: number
  /** Of restarts after which the component does not work for a while. */
  readonly brokenShare: number
}

export interface RestartsSeen {
  /** The most nodes that had the component, or a guarded one, down at one time. */
  readonly mostAtOnce: number
  /** The most that were restarted under a lease at one time. */
  readonly mostLeased: number
  readonly rights: ReadonlyMap<RestartRight, number>
  /** Nodes that never got the restart which they wanted. */
  readonly left: number
}

interface Node {
  readonly name: string
  /** By which its clock is ahead. */
  readonly skew: number
  component: string
  wanted: number
  record: RestartRecord | undefined
  actingUntil: number
  brokenUntil: number
  right: RestartRight | undefined
  /** Decided, and not begun: a look at the others and the CA's answer take their time. */
  decided: RestartRight | undefined
}

const ACTION_TIMEOUT = seconds(90)
const MAX_SKEW = seconds(30)
const START = Date.UTC(2030, 0, 1)
/** Of one outage of the CA. */
const OUTAGE = hours(1)
/** Of answers, and of steps of certmgr that are its last. */
const [LOST, CRASH] = [0.15, 0.03]
/** Between a look and the restart that follows. */
const LATENCY = seconds(6)
/** Between two restarts that everybody wants. */
const ROUND = hours(2)

/** Nodes that all want a restart at once, again and again, with lost answers, crashes and outages of the CA. */
export const simulateRestarts = (wish: RestartWish): RestartsSeen => new Simulation(wish).run()

class Simulation {
  readonly #wish: RestartWish
  readonly #random: () => number
  readonly #queue = createEventQueue<Node | { readonly wants: Node }>()
  readonly #end: number
  readonly #outages: readonly (readonly [from: number, until: number])[]
  readonly #nodes: readonly Node[]
  readonly #rights = new Map<RestartRight, number>()
  #known: RestartLease[] = []
  #mostAtOnce = 0
  #mostLeased = 0

  constructor(wish: RestartWish) {
    const random = seededRandom(wish.seed)
    this.#wish = wish
    this.#random = random
    this.#end = START + (wish.rounds + 2) * ROUND
    const length = wish.rounds * ROUND
    this.#outages = Array.from({ length: Math.round((wish.awayShare * length) / OUTAGE) }, () => {
      const from = START + random() * length
      return [from, from + OUTAGE] as const
    })
    this.#nodes = Array.from({ length: wish.nodes }, (_, index): Node => ({
      name: `m${index}`,
      skew: (random() - 0.5) * 2 * MAX_SKEW,
      component: this.#drawComponent(),
      ...{
        wanted: 0,
        record: undefined,
        actingUntil: 0,
        brokenUntil: 0,
        right: undefined,
        decided: undefined,
      },
    }))
  }

  run(): RestartsSeen {
    for (let round = 0; round < this.#wish.rounds; round++)
      for (const wants of this.#nodes)
        this.#queue.add(START + round * ROUND + this.#random() * seconds(10), { wants })
    for (let next = this.#queue.next(); next && next.at < this.#end; next = this.#queue.next())
      this.#happen(next.event, next.at)
    return {
      mostAtOnce: this.#mostAtOnce,
      mostLeased: this.#mostLeased,
      rights: this.#rights,
      left: this.#nodes.filter(({ wanted }) => wanted > 0).length,
    }
  }

  #happen(event: Node | { readonly wants: Node }, now: number): void {
    const node = 'wants' in event ? event.wants : event
    if ('wants' in event) {
      node.wanted++
      // It has its next pass already.
      if (node.wanted > 1 || node.record) return
    }
    const again = this.#pass(node, now)
    if (again < this.#end) this.#queue.add(Math.max(again, now + 1), node)
  }

  #pass(node: Node, now: number): number {
    if (node.decided !== undefined) return this.#act(node, node.decided, now)
    if (node.right !== undefined) {
      node.right = undefined
      // The restart was made, but certmgr was killed before it knew: it makes another one.
      if (this.#random() < CRASH) return this.#crash(node, now)
      node.wanted--
      if (node.record) node.record = afterRestartDone(node.record, new Date(now + node.skew))
      if (this.#random() < this.#wish.brokenShare)
        node.brokenUntil = now + this.#random() * minutes(20)
    }
    return node.wanted > 0 ? this.#tryToRestart(node, now) : this.#settle(node, now)
  }

  #tryToRestart(node: Node, now: number): number {
    const local = new Date(now + node.skew)
    if (node.record?.wait && node.record.wait.until > local)
      return node.record.wait.until.getTime() - node.skew
    const record = recordToAsk(node.record, this.#newId())
    const answer = this.#ask(node, record.id, now)
    const answered = afterAnswer(record, answer, { now: local, id: this.#newId() })
    const decision = this.#decide(node, answered, { answer, local, now })
    node.record = afterDecision(answered, decision)
    if (this.#random() < CRASH) return this.#crash(node, now)
    if (decision.kind === 'wait') return decision.until.getTime() - node.skew
    node.decided = decision.right
    return now + this.#random() * LATENCY
  }

  #decide(
    node: Node,
    record: RestartRecord,
    { answer, local, now }: { answer: LeaseAnswer; local: Date; now: number },
  ): Exclude<RestartDecision, { kind: 'look' }> {
    const others = this.#nodes.filter((each) => each !== node)
    const situation = {
      answer,
      isGuarded: isGuarded(node.component),
      awaySince: record.awaySince ?? local,
      asked: record.asked ?? 0,
      own: node.name,
      members: others.map(({ name }) => name),
      health: undefined,
      deadline: undefined,
      actionTimeout: ACTION_TIMEOUT,
      waitForCa: minutes(10),
      turn: minutes(5),
      now: local,
    }
    const first = planRestart(situation)
    if (first.kind !== 'look') return first
    const health = others.map(({ name, actingUntil, brokenUntil }) => ({
      node: name,
      isHealthy: actingUntil <= now && brokenUntil <= now,
    }))
    const second = planRestart({ ...situation, health })
    if (second.kind === 'look') throw new TypeError('members were looked at')
    return second
  }

  #act(node: Node, right: RestartRight, now: number): number {
    node.actingUntil = now + seconds(5) + this.#random() * (ACTION_TIMEOUT - seconds(10))
    node.right = right
    node.decided = undefined
    this.#rights.set(right, (this.#rights.get(right) ?? 0) + 1)
    const down = this.#nodes.filter((each) => each.actingUntil > now)
    this.#mostAtOnce = Math.max(this.#mostAtOnce, down.length)
    const leased = down.filter((each) => each.right === 'lease')
    this.#mostLeased = Math.max(this.#mostLeased, leased.length)
    return node.actingUntil
  }

  /** Whether the component works again, and what becomes of its lease. */
  #settle(node: Node, now: number): number {
    const { record } = node
    if (!record) return Number.POSITIVE_INFINITY
    const local = new Date(now + node.skew)
    const decision = planRelease({
      isBack: node.brokenUntil <= now,
      actedAt: record.actedAt ?? local,
      window: minutes(2),
      isHeld: !isPast(record, local),
      now: local,
    })
    if (decision.kind !== 'release') return decision.at.getTime() - node.skew
    if (this.#giveBack(record, now) || isPast(record, local)) {
      node.record = undefined
      node.component = this.#drawComponent()
      return Number.POSITIVE_INFINITY
    }
    node.record = { ...record, state: 'over' }
    return now + seconds(5)
  }

  /** What was not written down is forgotten. */
  #crash(node: Node, now: number): number {
    if (node.record) {
      const { id, state, expiresAt, awaySince, actedAt } = node.record
      node.record = {
        ...{ id, state },
        ...(expiresAt ? { expiresAt } : {}),
        ...(awaySince ? { awaySince } : {}),
        ...(actedAt ? { actedAt } : {}),
      }
    }
    return now + seconds(1) + this.#random() * minutes(2)
  }

  #ask({ name, component, skew }: Node, id: string, now: number): LeaseAnswer {
    if (this.#isAway(now)) return { kind: 'away' }
    const limits = { [component]: this.#wish.limit }
    const decision = decideLease({ component, node: name, id }, this.#known, {
      policy: { limits, leaseTime: minutes(10) },
      now: new Date(now),
    })
    if (decision.kind === 'granted') this.#put(decision.lease)
    if (this.#random() < LOST) return { kind: 'away' }
    if (decision.kind === 'refused')
      return { ...decision, holders: decision.holders.map(({ node }) => node) }
    if (decision.kind === 'ended') return decision
    return { kind: 'granted', expiresAt: addDuration(decision.lease.expiresAt, skew) }
  }

  #giveBack({ id }: RestartRecord, now: number): boolean {
    if (this.#isAway(now)) return false
    const at = new Date(now)
    const lease = this.#known.find((each) => each.id === id)
    if (lease && !endOfLease(lease, at)) this.#put({ ...lease, ended: { how: 'released', at } })
    return this.#random() >= LOST
  }

  #put(lease: RestartLease): void {
    const isOther = ({ node, component }: RestartLease): boolean =>
      node !== lease.node || component !== lease.component
    this.#known = [...this.#known.filter(isOther), lease]
  }

  #isAway(now: number): boolean {
    return this.#outages.some(([from, until]) => now >= from && now < until)
  }

  #newId(): string {
    return Math.floor(this.#random() * 2 ** 48)
      .toString(16)
      .padStart(32, '0')
  }

  #drawComponent(): string {
    const { components } = this.#wish
    return components[Math.floor(this.#random() * components.length)] ?? ''
  }
}
