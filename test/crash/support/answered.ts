import { parseSignedHead, type SignedHead } from '@easycerts/shared/issuance-log'
import { parseCertificatePem } from '@easycerts/shared/x509'

/** Everything that a CA has said to anybody, which it must never take back. */
export interface Answered {
  /** DER by serial number. */
  readonly certificates: Map<string, Buffer>
  /** Serial numbers that were answered as revoked. */
  readonly revoked: Set<string>
  /** Highest number by issuer. */
  readonly crlNumbers: Map<string, number>
  /** The head of the log with the most entries. */
  head: SignedHead | undefined
}

export const newAnswered = (): Answered => ({
  certificates: new Map(),
  revoked: new Set(),
  crlNumbers: new Map(),
  head: undefined,
})

/** Takes note of an answer that holds a certificate; whether it did. */
export const noteCertificate = (
  answered: Answered,
  body: Readonly<Record<string, unknown>>,
): boolean => {
  const pem = body['certificate']
  if (typeof pem !== 'string') return false
  const { serialNumber, der } = parseCertificatePem(pem)
  answered.certificates.set(serialNumber, der)
  noteHead(answered, (body['log'] as { head?: unknown } | undefined)?.head)
  return true
}

export const noteHead = (answered: Answered, text: unknown): void => {
  if (typeof text !== 'string') return
  const signed = parseSignedHead(text)
  if (signed.head.size > (answered.head?.head.size ?? 0)) answered.head = signed
}

export const noteCrl = (
  answered: Answered,
  { issuer, number }: { readonly issuer: string; readonly number: number },
): void => {
  answered.crlNumbers.set(issuer, Math.max(number, answered.crlNumbers.get(issuer) ?? 0))
}
