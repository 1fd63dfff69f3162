import { randomBytes } from 'node:crypto'
import { decodePem, Secret } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { signJoinStatement, ticketPublicKey } from '@easycerts/shared/ticket'
import { buildCertificateRequest, type Certificate } from '@easycerts/shared/x509'
import {
  type Authority,
  confirmIdentity,
  createTicket,
  identifyNode,
  join,
  type KeyedMutex,
  type NodeRequester,
  renewIdentity,
} from '../../apps/ca-server/src/authority/index.ts'
import { type HeldTicket, ticketWish } from './joiner.ts'
import { OPERATOR } from './requesters.ts'
import { newRequest } from './test-authority.ts'

/** Where nodes join without a listener between. */
export interface InProcessCa {
  readonly authority: Authority
  readonly mutex: KeyedMutex
}

/** A ticket for a worker, unless `more` says otherwise. */
export const takeTicketOf = async (
  { authority }: InProcessCa,
  node: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<HeldTicket> => {
  const seed = new Secret(randomBytes(32))
  const wish = { ...ticketWish(node), role: 'worker' as const, publicKey: ticketPublicKey(seed) }
  const { id, pins } = await createTicket(authority, OPERATOR, { ...wish, ...more })
  return { id, pins, seed }
}

/** The identity that a ticket gives to a key, of the node that it says; it is not confirmed yet. */
export const joinBy = async (
  { authority, mutex }: InProcessCa,
  ticket: HeldTicket,
  key: ExportableKey,
  node?: string,
): Promise<Certificate> => {
  const csr = buildCertificateRequest(key)
  const exporter = randomBytes(32)
  const request = decodePem('CERTIFICATE REQUEST', csr)
  const signature = signJoinStatement(ticket.seed, { ticketId: ticket.id, request, exporter })
  const wish = { ticketId: ticket.id, csr, signature, exporter, node }
  return (await join(authority, mutex, wish)).certificate
}

export const requesterOf = (
  { authority }: InProcessCa,
  { fingerprint }: Pick<Certificate, 'fingerprint'>,
): Promise<NodeRequester> => identifyNode(authority, fingerprint)

export const confirmAs = async (ca: InProcessCa, certificate: Certificate): Promise<void> =>
  confirmIdentity(ca.authority, await requesterOf(ca, certificate))

/** A node with a confirmed identity. */
export const joinedNode = async (
  ca: InProcessCa,
  node: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Certificate> => {
  const key = await generateSigningKey('ecdsa-p256')
  const certificate = await joinBy(ca, await takeTicketOf(ca, node, more), key)
  await confirmAs(ca, certificate)
  return certificate
}

/** A pending successor with a key of its own. */
export const renewAs = async (ca: InProcessCa, current: Certificate): Promise<Certificate> =>
  renewIdentity(ca.authority, ca.mutex, await requesterOf(ca, current), await newRequest())
