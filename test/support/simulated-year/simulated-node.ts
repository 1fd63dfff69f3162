import type { Action } from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { addDuration, days, minutes } from '@easycerts/shared/time'
import { type Certificate, isValidAt } from '@easycerts/shared/x509'
import {
  afterActionFailure,
  afterFailure,
  afterRestart,
  afterSuccess,
  type Attempts,
  type CertificatePlan,
  beginPublication,
  contradictClock,
  dueActions,
  endPublication,
  type PendingActions,
  planCertificate,
  planIdentity,
  planWake,
  waitsUntil,
  wakeTimeOf,
} from '../../../apps/certmgr/src/plan/index.ts'
import type { Mishaps, NodeDisasters } from './disasters.ts'
import type { SimulatedCa } from './simulated-ca.ts'
import { holds } from './spans.ts'

/** One certificate on the disk of a node. */
export interface Slot {
  readonly name: string
  certificate: Certificate
}

/** Who hears of what happens, in true instants. */
export interface Observer {
  readonly renewed: (node: SimulatedNode, old: Certificate, at: number) => void
  /** A consumer has taken what was published at `from`. */
  readonly loaded: (node: SimulatedNode, from: number, at: number) => void
}

export interface NodeFacts {
  readonly ca: SimulatedCa
  readonly disasters: NodeDisasters
  readonly mishaps: Mishaps
  readonly random: () => number
  readonly observer: Observer
}

/** systemd's RestartSec, roughly. */
const RESTART = 5_000
/** A pass without anything due changes nothing, so the year leaves those of the check interval out. */
const IDLE = days(400)
/** While a clock is wrong or was just put right, the check interval is what notices. */
const CHECK_INTERVAL = minutes(10)

const MASKED = new EasycertsError('ERR_ACTION_FAILED', 'masked')
const NOT_VALID = new EasycertsError('ERR_CA_REPLY_INVALID', 'not valid now')

class Crash extends Error {}

/** A certmgr whose decisions are the real ones, and whose disk, CA and services are variables. */
export class SimulatedNode {
  readonly slots: readonly Slot[]
  readonly identity: Slot
  readonly disasters: NodeDisasters
  readonly #facts: NodeFacts
  readonly #attempts = new Map<string, Attempts>()
  readonly #publishedAt = new Map<string, number>()
  readonly #lastGood = new WeakMap<Certificate, CertificatePlan & { readonly kind: 'good' }>()
  #pending: PendingActions = []
  #elapsed = 0

  constructor(facts: NodeFacts, slots: readonly Slot[], identity: Slot) {
    this.#facts = facts
    this.slots = slots
    this.identity = identity
    this.disasters = facts.disasters
  }

  /** One pass at a true instant; the true instant of the next. */
  pass(now: number): number {
    const down = this.disasters.down.find((span) => holds([span], now))
    if (down) return this.#restartAt(down[1])
    this.#elapsed = now
    try {
      const wanted = this.#wanted()
      if (wanted.length > 0) this.#visit(wanted)
      this.#act()
    } catch (error) {
      if (error instanceof Crash) return this.#restartAt(this.#elapsed + RESTART)
      throw error
    }
    return this.#nextPassAt()
  }

  /** What is only in memory is gone; what was begun may be done. */
  #restartAt(instant: number): number {
    this.#attempts.clear()
    this.#pending = afterRestart(this.#pending)
    return instant
  }

  #wall(): Date {
    const wrong = this.disasters.clock.find(({ span }) => holds([span], this.#elapsed))
    return new Date(this.#elapsed + (wrong?.offset ?? 0))
  }

  #takeTime(): void {
    this.#elapsed += this.#facts.mishaps.slowest * this.#facts.random() ** 4
    if (this.#facts.random() < this.#facts.mishaps.crash) throw new Crash()
  }

  #planOf({ name, certificate }: Slot): CertificatePlan {
    const now = this.#wall()
    const attempts = this.#attempts.get(name)
    const last = this.#lastGood.get(certificate)
    // The answer stays the same until the point comes, and drawing it anew takes most of the year.
    if (last && !attempts && last.dueAt > now) return last
    const plan = planCertificate({
      found: { state: 'present', certificate },
      attempts,
      isAskedFor: false,
      suggestion: undefined,
      now,
    })
    if (plan.kind === 'good' && !attempts) this.#lastGood.set(certificate, plan)
    return plan
  }

  #identityPlan() {
    return planIdentity({
      certificate: this.identity.certificate,
      isConfirmed: true,
      isUnderWay: false,
      attempts: this.#attempts.get(this.identity.name),
      suggestion: undefined,
      now: this.#wall(),
    })
  }

  /** An expired identity is what the CA is asked to take back, at the pace of the retry table. */
  #identityIsWanted(): boolean {
    const { kind } = this.#identityPlan()
    const until = waitsUntil(this.#attempts.get(this.identity.name), this.#wall())
    return kind === 'renew' || (kind === 'expired' && until === undefined)
  }

  #wanted(): Slot[] {
    const due = this.slots.filter((slot) => this.#planOf(slot).kind === 'renew')
    return this.#identityIsWanted() ? [this.identity, ...due] : due
  }

  #visit(wanted: readonly Slot[]): void {
    const { ca } = this.#facts
    try {
      this.#takeTime()
      const caTime = ca.greet(this.#elapsed)
      for (const slot of wanted) this.#renew(slot, caTime)
    } catch (error) {
      if (error instanceof Crash) throw error
      for (const slot of wanted) this.#fail(slot, error)
    }
  }

  #renew(slot: Slot, caTime: Date): void {
    const { ca, observer } = this.#facts
    try {
      contradictClock({
        found: { state: 'present', certificate: slot.certificate },
        reason: 'due',
        suggestion: undefined,
        now: this.#wall(),
        caTime,
      })
      const fresh = ca.issue(this.#elapsed)
      this.#takeTime()
      if (!isValidAt(fresh.validity, this.#wall())) throw NOT_VALID
      const actions: Action[] = [{ restart: `${slot.name}.service` }]
      if (slot !== this.identity)
        this.#pending = beginPublication(this.#pending, slot.name, actions)
      observer.renewed(this, slot.certificate, this.#elapsed)
      slot.certificate = fresh
      if (!this.#publishedAt.has(slot.name)) this.#publishedAt.set(slot.name, this.#elapsed)
      this.#takeTime()
      this.#pending = endPublication(this.#pending, slot.name)
      this.#attempts.delete(slot.name)
    } catch (error) {
      if (error instanceof Crash) throw error
      this.#fail(slot, error)
    }
  }

  #fail({ name, certificate }: Slot, error: unknown): void {
    const now = this.#wall()
    const remaining = certificate.validity.notAfter.getTime() - now.getTime()
    this.#attempts.set(name, afterFailure(this.#attempts.get(name), error, { now, remaining }))
  }

  #act(): void {
    const { mishaps, random, observer } = this.#facts
    for (const action of dueActions(this.#pending, this.#wall())) {
      this.#takeTime()
      if (random() < mishaps.actionFails || holds(this.disasters.stuck, this.#elapsed)) {
        this.#pending = afterActionFailure(this.#pending, action, MASKED, this.#wall())
        continue
      }
      this.#pending = afterSuccess(this.#pending, action)
      const slot = this.slots.find(
        ({ name }) => 'restart' in action && action.restart === `${name}.service`,
      )
      if (!slot) continue
      observer.loaded(this, this.#publishedAt.get(slot.name) ?? this.#elapsed, this.#elapsed)
      this.#publishedAt.delete(slot.name)
    }
  }

  #nextPassAt(): number {
    const wall = this.#wall()
    const identity = this.#identityPlan()
    const isOff = wall.getTime() !== this.#elapsed
    const tried = waitsUntil(this.#attempts.get(this.identity.name), wall)
    const next = planWake(
      [
        ...this.slots.map((slot) => wakeTimeOf(this.#planOf(slot), wall)),
        ...this.#pending.map(({ attempts }) => attempts?.nextAttemptAt ?? wall),
        ...(identity.kind === 'good' ? [identity.dueAt] : []),
        ...(identity.kind === 'wait' ? [identity.until] : []),
        ...(identity.kind === 'expired' ? [tried ?? wall] : []),
        ...(identity.kind === 'renew' ? [addDuration(wall, CHECK_INTERVAL)] : []),
      ],
      wall,
      isOff || this.#attempts.size > 0 || this.#pending.length > 0 ? CHECK_INTERVAL : IDLE,
    )
    return this.#elapsed + (next.getTime() - wall.getTime())
  }
}
