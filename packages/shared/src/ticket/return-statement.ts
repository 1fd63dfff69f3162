import { verify } from 'node:crypto'
import { sha256 } from '../encoding/index.ts'
import { KEY_ALGORITHM_ROWS, parsePublicKey, type SigningKey } from '../key/index.ts'

const CONTEXT = 'easycerts return v1\0'

/**
 * What the key of an expired identity signs to come back: it is worth nothing on another connection,
 * for another key, or a second time.
 */
export interface ReturnStatement {
  /** SHA-256 of the expired certificate's DER, hex. */
  readonly identity: string
  /** DER of the certificate request. */
  readonly request: Uint8Array
  /** The server's, for this connection alone. */
  readonly nonce: string
  readonly exporter: Uint8Array
}

const messageOf = ({ identity, request, nonce, exporter }: ReturnStatement): Buffer =>
  Buffer.concat([
    Buffer.from(`${CONTEXT}${identity}\0${nonce}\0`, 'latin1'),
    sha256(request),
    exporter,
  ])

export const signReturnStatement = (key: SigningKey, statement: ReturnStatement): Buffer =>
  key.sign(messageOf(statement))

/** `spki` is of a certificate that the CA issued itself. */
export const verifyReturnStatement = (
  spki: Buffer,
  statement: ReturnStatement,
  signature: Buffer,
): boolean => {
  const { keyObject, algorithm } = parsePublicKey(spki)
  return verify(KEY_ALGORITHM_ROWS[algorithm].digest, messageOf(statement), keyObject, signature)
}
