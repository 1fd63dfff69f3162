import { bitString, sequence } from '../asn1/index.ts'
import type { Brand } from '../encoding/index.ts'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '../key/index.ts'
import { encodeTbsCertificate } from '../x509/index.ts'
import type { LintedTbsCertificate } from './lint.ts'

/** A linted certificate whose intent is durable in the store: only one of these can be signed. */
export type IntendedCertificate = Brand<LintedTbsCertificate, 'IntendedCertificate'>

/** DER of the signed certificate. */
export const signCertificate = (intended: IntendedCertificate, key: SigningKey): Buffer => {
  const tbs = encodeTbsCertificate(intended)
  return sequence(tbs, KEY_ALGORITHM_ROWS[key.algorithm].signature, bitString(key.sign(tbs)))
}
