import { createPublicKey, hash, verify } from 'node:crypto'
import { EasycertsError } from '../errors/index.ts'
import { readFixedSpki, type SigningKey } from '../key/index.ts'
import { formatTreeHead, headOrigin, malformed, parseTreeHead, type TreeHead } from './tree-head.ts'

/** A head and the signed text that it came in. */
export interface SignedHead {
  readonly head: TreeHead
  readonly text: string
}

const RAW_KEY_OCTETS = 32
const KEY_ID_OCTETS = 4
const SIGNATURE_OCTETS = 64
const MAX_HEAD_LENGTH = 1024

// C2SP signed-note: the id tells a verifier which key to use, and proves nothing.
const keyIdOf = (name: string, spki: Buffer): Buffer => {
  const ed25519 = Buffer.of(0x01)
  const raw = spki.subarray(-RAW_KEY_OCTETS)
  const named = Buffer.concat([Buffer.from(`${name}\n`), ed25519, raw])
  return hash('sha256', named, 'buffer').subarray(0, KEY_ID_OCTETS)
}

/** The head as a signed note (C2SP signed-note, tlog-checkpoint); the key must be Ed25519. */
export const signTreeHead = (head: TreeHead, key: SigningKey): string => {
  if (key.algorithm !== 'ed25519') throw new TypeError('a log is signed with Ed25519')
  const text = formatTreeHead(head)
  const name = headOrigin(head)
  const signature = Buffer.concat([
    keyIdOf(name, key.publicKey.spki),
    key.sign(Buffer.from(text, 'utf8')),
  ])
  return `${text}\n— ${name} ${signature.toString('base64')}\n`
}

/** ERR_LOG_MALFORMED; the signature is looked at by `verifySignedHead` alone. */
export const parseSignedHead = (text: string): SignedHead => ({
  head: parseTreeHead(splitNote(text).body),
  text,
})

/** The head of a note that the log's key (SPKI DER) signed. ERR_LOG_MALFORMED, ERR_LOG_INCONSISTENT. */
export const verifySignedHead = (text: string, publicKey: Buffer): SignedHead => {
  const { body, name, signature } = splitNote(text)
  const signed = parseSignedHead(text)
  const isOurs =
    name === headOrigin(signed.head) &&
    readFixedSpki(publicKey)?.algorithm === 'ed25519' &&
    signature.subarray(0, KEY_ID_OCTETS).equals(keyIdOf(name, publicKey)) &&
    verify(
      null,
      Buffer.from(body, 'utf8'),
      createPublicKey({ key: publicKey, format: 'der', type: 'spki' }),
      signature.subarray(KEY_ID_OCTETS),
    )
  if (isOurs) return signed
  throw new EasycertsError('ERR_LOG_INCONSISTENT', 'the head is not signed by the key of this log')
}

const NOTE = /^((?:[^\n]+\n){4})\n— ([^ \n]+) ([A-Za-z0-9+/]+={0,2})\n$/

const splitNote = (text: string) => {
  const [, body = '', name = '', base64 = ''] =
    text.length > MAX_HEAD_LENGTH ? [] : (NOTE.exec(text) ?? [])
  const signature = Buffer.from(base64, 'base64')
  if (
    signature.length !== KEY_ID_OCTETS + SIGNATURE_OCTETS ||
    signature.toString('base64') !== base64
  )
    throw malformed()
  return { body, name, signature }
}
