import { expect } from 'vitest'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import {
  askCertificate,
  callAs,
  type Connection,
  connectAs,
  type HeldTicket,
  type Identity,
  joinBody,
  joinNode,
  joinWith,
  openConnection,
  takeTicket,
} from '../../support/joiner.ts'
import { requestPem } from '../../support/hand-made-der.ts'
import { type AttackedCa, startAttackedCa } from './attacked-ca.ts'

/** Every way by which a request reaches the CA. */
type Door = 'join' | 'certificates' | 'renewal' | 'operator'

export type Codes = Readonly<Record<Door, string | undefined>>

/** The same refusal whoever asks. */
export const everywhere = (code: string): Codes => ({
  join: code,
  certificates: code,
  renewal: code,
  operator: code,
})

/** Somebody with a ticket of worker-1, the identity of worker-2, and the operator's socket. */
export interface CsrAttack {
  readonly ca: AttackedCa
  readonly ticket: HeldTicket
  readonly node: Identity
  /** That no certificate was made for yet. */
  readonly key: ExportableKey
  /** What each door says to a request in PEM. */
  readonly codesOf: (csr: string) => Promise<Codes>
  /** The same of DER. */
  readonly codesOfDer: (der: Buffer) => Promise<Codes>
  readonly newTicket: (node: string) => Promise<HeldTicket>
  /** Nothing was signed or meant to be, and those who ask for what is theirs get it. */
  readonly expectUnharmed: () => Promise<void>
  readonly dispose: () => Promise<void>
}

const MANY = 1_000_000
const UNLIMITED = {
  address: { connections: MANY, requestsPerMinute: MANY, failuresPerMinute: MANY },
  identity: { requestsPerMinute: MANY, certificatesPerHour: MANY, certificatesAtOnce: MANY },
  ticket: { joinsPerMinute: MANY, wrongProofsPerMinute: MANY },
}

export const startCsrAttack = async (): Promise<CsrAttack> => {
  const ca = await startAttackedCa({ config: { limits: UNLIMITED } })
  const ticket = await takeTicket(ca, 'worker-1', { hosts: ['10.0.0.6'] })
  const node = await joinNode(ca, 'worker-2', { hosts: ['10.0.0.7', 'worker-2.lab.example'] })
  const joining = await openConnection(ca.joinPort)
  const asking = await connectAs(ca, node)
  const before = recordsOf(ca)
  const codesOf = async (csr: string): Promise<Codes> => ({
    join: await codeOf(joining, '/v1/join', bodyOfJoin(ticket, csr, joining.exporter)),
    certificates: await codeOf(asking, '/v1/certificates', { profile: 'kubelet-serving', csr }),
    renewal: await codeOf(asking, '/v1/identity/renew', { csr }),
    operator: (
      await ca.operator('POST', '/v1/certificates/issue', {
        ...{ profile: 'kubelet-serving', csr, node: 'worker-2', groups: [] },
      })
    ).code,
  })
  return {
    ...{ ca, ticket, node, codesOf },
    key: await generateSigningKey('ecdsa-p256'),
    codesOfDer: (der) => codesOf(requestPem(der)),
    newTicket: (name) => takeTicket(ca, name),
    expectUnharmed: async () => {
      expect(recordsOf(ca)).toEqual(before)
      await expectHonestService(ca, ticket, node)
    },
    dispose: async () => {
      joining.close()
      asking.close()
      await ca.dispose()
    },
  }
}

const codeOf = async (connection: Connection, path: string, body: unknown) =>
  (await connection.send('POST', path, body)).code

/** What cannot be read has no octets to sign: the ticket's proof is then over another request. */
const bodyOfJoin = (ticket: HeldTicket, csr: string, exporter: Buffer) => {
  try {
    return joinBody(ticket, csr, exporter)
  } catch {
    return { ticket: ticket.id, csr, signature: 'AA' }
  }
}

/** All that a signature leaves behind, the intention to make one included. */
const recordsOf = (ca: AttackedCa) => ({
  certificates: ca.rows('SELECT issuer_id, serial_number, state FROM certificates ORDER BY rowid'),
  identities: ca.rows('SELECT fingerprint, state FROM identities ORDER BY rowid'),
  tickets: ca.rows('SELECT id, bound_key, spent_at FROM tickets'),
  issued: ca.rows("SELECT count(*) AS count FROM log WHERE kind = 'certificate-issued'"),
})

const expectHonestService = async (ca: AttackedCa, ticket: HeldTicket, node: Identity) => {
  const joined = await joinWith(ca, ticket)
  const confirmed = await callAs(ca, joined, 'POST', '/v1/identity/confirm', {})
  expect(confirmed.code).toBeUndefined()
  for (const identity of [joined, node])
    expect((await askCertificate(ca, identity, 'kubelet-client')).code).toBeUndefined()
  const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
  const renewed = await callAs(ca, node, 'POST', '/v1/identity/renew', { csr })
  expect(renewed.code).toBeUndefined()
}
