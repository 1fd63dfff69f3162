import { NULL, objectIdentifier, OID, sequence } from '../asn1/index.ts'

/** A digest that signatures may stand on, with the names that its combinations have. */
interface SignatureDigest {
  /** For node:crypto. */
  readonly digest: 'sha256' | 'sha384' | 'sha512'
  readonly rsa: string
  readonly ecdsa: string
  /** Its own AlgorithmIdentifier, parameters NULL or left out (RFC 5754 §2). */
  readonly identifiers: readonly Buffer[]
}

const identifiersOf = (oid: string): readonly Buffer[] => [
  sequence(objectIdentifier(oid), NULL),
  sequence(objectIdentifier(oid)),
]

/** RFC 5758 §3, RFC 4055 §5. SHA-1 and MD5 are not among them: others can make two requests of one signature. */
export const SIGNATURE_DIGESTS: readonly SignatureDigest[] = [
  {
    digest: 'sha256',
    rsa: OID.sha256WithRsaEncryption,
    ecdsa: OID.ecdsaWithSha256,
    identifiers: identifiersOf(OID.sha256),
  },
  {
    digest: 'sha384',
    rsa: OID.sha384WithRsaEncryption,
    ecdsa: OID.ecdsaWithSha384,
    identifiers: identifiersOf(OID.sha384),
  },
  {
    digest: 'sha512',
    rsa: OID.sha512WithRsaEncryption,
    ecdsa: OID.ecdsaWithSha512,
    identifiers: identifiersOf(OID.sha512),
  },
]
