import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { type Secret, sha256 } from '../encoding/index.ts'

/** TLS exporter (RFC 8446 §7.5, RFC 5705) that ties a proof to one connection. */
export const JOIN_EXPORTER = { label: 'EXPORTER-easycerts-join', length: 32 } as const

const CONTEXT = 'easycerts join v1\0'
// RFC 8410 §7: PKCS#8 of an Ed25519 key up to its 32-octet seed.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** What a ticket's key signs: it is worth nothing on another connection, for another key or ticket. */
export interface JoinStatement {
  readonly ticketId: string
  /** DER of the certificate request. */
  readonly request: Uint8Array
  readonly exporter: Uint8Array
}

const messageOf = ({ ticketId, request, exporter }: JoinStatement): Buffer =>
  Buffer.concat([Buffer.from(`${CONTEXT}${ticketId}\0`, 'latin1'), sha256(request), exporter])

const keyOfSeed = (seed: Secret<Buffer>): KeyObject => {
  const key = Buffer.concat([PKCS8_PREFIX, seed.reveal()])
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  } finally {
    key.fill(0)
  }
}

/** SPKI DER of the ticket's public half: all that the server keeps. */
export const ticketPublicKey = (seed: Secret<Buffer>): Buffer =>
  createPublicKey(keyOfSeed(seed)).export({ type: 'spki', format: 'der' })

/** Messages of this folder alone, each with a context of its own. */
export const signAsTicket = (seed: Secret<Buffer>, message: Buffer): Buffer =>
  sign(null, message, keyOfSeed(seed))

export const verifyAsTicket = (publicKey: Buffer, message: Buffer, signature: Buffer): boolean =>
  verify(null, message, createPublicKey({ key: publicKey, format: 'der', type: 'spki' }), signature)

export const signJoinStatement = (seed: Secret<Buffer>, statement: JoinStatement): Buffer =>
  signAsTicket(seed, messageOf(statement))

export const verifyJoinStatement = (
  publicKey: Buffer,
  statement: JoinStatement,
  signature: Buffer,
): boolean => verifyAsTicket(publicKey, messageOf(statement), signature)
