import { bitString, sequence } from '../asn1/index.ts'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '../key/index.ts'
import type { SerialNumber } from '../x509/index.ts'
import { LintedTbsCertificate } from './lint/linted-tbs-certificate.ts'

class Intended {
  readonly #octets: Buffer

  constructor(linted: LintedTbsCertificate) {
    this.#octets = LintedTbsCertificate.octetsOf(linted)
  }

  static octetsOf(intended: Intended): Buffer {
    return intended.#octets
  }
}

/** A linted certificate whose intent is durable in the store: only one of these can be signed. */
export type IntendedCertificate = Intended

/**
 * The one place that says an intent is durable. `committed`: what the transaction of the intent
 * gave, after it resolved. TypeError for another's.
 */
export const intendedBy = (
  linted: LintedTbsCertificate,
  committed: SerialNumber,
): IntendedCertificate => {
  if (committed !== linted.serialNumber) throw new TypeError('another intent was committed')
  return new Intended(linted)
}

/** DER of the signed certificate, around the very octets that were linted. TypeError for a copy. */
export const signCertificate = (intended: IntendedCertificate, key: SigningKey): Buffer => {
  const octets = Intended.octetsOf(intended)
  return sequence(octets, KEY_ALGORITHM_ROWS[key.algorithm].signature, bitString(key.sign(octets)))
}
