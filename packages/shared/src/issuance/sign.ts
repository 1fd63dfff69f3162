import { bitString, sequence } from '../asn1/index.ts'
import type { Brand } from '../encoding/index.ts'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '../key/index.ts'
import type { LintedTbsCertificate } from './lint/index.ts'

/** A linted certificate whose intent is durable in the store: only one of these can be signed. */
export type IntendedCertificate = Brand<LintedTbsCertificate, 'IntendedCertificate'>

/** DER of the signed certificate, around the very octets that were linted. */
export const signCertificate = ({ encoding }: IntendedCertificate, key: SigningKey): Buffer =>
  sequence(encoding, KEY_ALGORITHM_ROWS[key.algorithm].signature, bitString(key.sign(encoding)))
