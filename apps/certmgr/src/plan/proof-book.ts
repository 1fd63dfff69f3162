import { type AlarmReason, type ProofDecision, planProof, type Sighting } from './plan-proof.ts'
import type { RestartDeadline } from './restart-deadline.ts'

/** What is known of the use of the certificate that lies on the disk. */
export interface ProofRecord {
  readonly serialNumber: string
  /** waiting: for its actions, or for a look that finds it. */
  readonly state: 'waiting' | 'proven' | 'alarm'
  /** When its actions were found done; absent as long as some are left. */
  readonly since?: Date
  /** wanted: decided, and not handed over to the ledger of actions yet. */
  readonly escalation?: 'wanted' | 'made'
  readonly provenAt?: Date
  readonly reason?: AlarmReason
  /** The old certificate that was served at the last look. */
  readonly servedSerialNumber?: string
  /** The end of that one. */
  readonly deadline?: RestartDeadline
  /** The next look; absent: at once. Not kept, so that everything is looked at after a start. */
  readonly nextLookAt?: Date
}

/** By name of the spec. */
export type ProofBook = Readonly<Record<string, ProofRecord>>

/** A certificate on the disk that the record does not know is a new one, whoever put it there. */
export const recordFor = (known: ProofRecord | undefined, serialNumber: string): ProofRecord =>
  known?.serialNumber === serialNumber ? known : { serialNumber, state: 'waiting' }

/** Whether its consumer is to be looked at now. */
export const isLookDue = ({ state, nextLookAt }: ProofRecord, now: Date): boolean =>
  state !== 'proven' && (nextLookAt === undefined || nextLookAt <= now)

/** Its actions are done; a clock that was set back begins the time anew. */
export const afterActions = (record: ProofRecord, now: Date): ProofRecord =>
  record.since && record.since <= now ? record : { ...record, since: now }

export interface ProofFacts {
  readonly seen: Sighting
  readonly window: number
  readonly use: 'server' | 'client'
  readonly canEscalate: boolean
  readonly now: Date
}

/** What a look has changed. An escalation is handed over once for each certificate, never again. */
export const afterLook = (record: ProofRecord, facts: ProofFacts): ProofRecord => {
  const { seen, canEscalate, now } = facts
  const { since = now } = record
  const mayEscalate = canEscalate && record.escalation === undefined
  const decision = planProof({ ...facts, since, mayEscalate })
  return { ...kept(record), ...changeOf(decision, now, since), ...servedOf(seen) }
}

const kept = ({ serialNumber, escalation }: ProofRecord): Omit<ProofRecord, 'state'> => ({
  serialNumber,
  ...(escalation ? { escalation } : {}),
})

const servedOf = (seen: Sighting): Pick<ProofRecord, 'servedSerialNumber' | 'deadline'> =>
  seen.kind === 'old'
    ? {
        servedSerialNumber: seen.serialNumber,
        ...(seen.deadline ? { deadline: seen.deadline } : {}),
      }
    : {}

const changeOf = (
  decision: ProofDecision,
  now: Date,
  since: Date,
): Omit<ProofRecord, 'serialNumber'> => {
  switch (decision.kind) {
    case 'proven':
      return { state: 'proven', provenAt: now }
    case 'wait':
      return { state: 'waiting', since, nextLookAt: decision.until }
    case 'idle':
      return { state: 'waiting', nextLookAt: decision.until }
    case 'escalate':
      return { state: 'waiting', escalation: 'wanted' }
    case 'alarm':
      return { state: 'alarm', since, reason: decision.reason, nextLookAt: decision.until }
  }
}
