import { verify } from 'node:crypto'
import { KEY_ALGORITHM_ROWS, parsePublicKey, type SigningKey } from '../key/index.ts'

const CONTEXT = 'easycerts time v1\0'

const messageOf = (nonce: string, time: string): Buffer =>
  Buffer.from(`${CONTEXT}${nonce}\0${time}`, 'latin1')

/** The server's clock, signed with the key of its TLS certificate and tied to the asker's nonce. */
export const signServerTime = (
  key: SigningKey,
  nonce: string,
  now: Date,
): { time: string; signature: string } => {
  const time = now.toISOString()
  return { time, signature: key.sign(messageOf(nonce, time)).toString('base64url') }
}

export const verifyServerTime = (
  spki: Buffer,
  nonce: string,
  time: string,
  signature: string,
): boolean => {
  const { keyObject, algorithm } = parsePublicKey(spki)
  const { digest } = KEY_ALGORITHM_ROWS[algorithm]
  return verify(digest, messageOf(nonce, time), keyObject, Buffer.from(signature, 'base64url'))
}
