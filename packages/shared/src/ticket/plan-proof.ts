import type { Secret } from '../encoding/index.ts'
import { signAsTicket, verifyAsTicket } from './ticket-proof.ts'

/** Another value than a join's on the same connection (RFC 8446 §7.5). */
export const PLAN_EXPORTER = { label: 'EXPORTER-easycerts-plan', length: 32 } as const

const CONTEXT = 'easycerts plan v1\0'

/**
 * What a ticket's key signs to be told what the ticket is worth. Context and exporter are its own: no
 * join accepts it, on this connection or another.
 */
export interface PlanStatement {
  readonly ticketId: string
  readonly exporter: Uint8Array
}

const messageOf = ({ ticketId, exporter }: PlanStatement): Buffer =>
  Buffer.concat([Buffer.from(`${CONTEXT}${ticketId}\0`, 'latin1'), exporter])

export const signPlanStatement = (seed: Secret<Buffer>, statement: PlanStatement): Buffer =>
  signAsTicket(seed, messageOf(statement))

export const verifyPlanStatement = (
  publicKey: Buffer,
  statement: PlanStatement,
  signature: Buffer,
): boolean => verifyAsTicket(publicKey, messageOf(statement), signature)
