import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { type HeldTicket, tryJoin, type RawAnswer } from '../../support/joiner.ts'
import type { AttackedCa } from './attacked-ca.ts'

/** A join with a key of its own, and whatever else is to be said. */
export const attemptJoin = async (
  ca: Pick<AttackedCa, 'joinPort'>,
  ticket: HeldTicket,
  body: Readonly<Record<string, unknown>> = {},
  key?: ExportableKey,
): Promise<RawAnswer> => {
  const own = key ?? (await generateSigningKey('ecdsa-p256'))
  return tryJoin(ca, ticket, { csr: buildCertificateRequest(own), body })
}

/** How many entries of each kind the issuance log has. */
export const entriesOf = (ca: AttackedCa, kind: string): Record<string, unknown>[] =>
  ca.rows(`SELECT * FROM log WHERE kind = '${kind}'`)

/** What `ca-server status` says of tickets. */
export const ticketCheck = async (ca: AttackedCa): Promise<{ status: string; detail: string }> => {
  const { body } = await ca.operator('GET', '/v1/status')
  const checks = body['checks'] as { name: string; status: string; detail: string }[]
  const check = checks.find(({ name }) => name === 'tickets')
  if (!check) throw new Error('status says nothing of tickets')
  return check
}

export const ticketState = async (ca: AttackedCa, id: string): Promise<unknown> =>
  (await ca.operator('GET', `/v1/tickets/${id}`)).body['state']
