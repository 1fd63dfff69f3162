import { NULL, objectIdentifier, OID, sequence } from '../asn1/index.ts'

export const KEY_ALGORITHMS = [
  'ecdsa-p256',
  'ecdsa-p384',
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
  'ed25519',
] as const

export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number]

interface AlgorithmRow {
  /** How a key says what it is: the AlgorithmIdentifier of RFC 5480 §2.1.1, RFC 3279 §2.3.1, RFC 8410 §3. */
  readonly keyIdentifier: Buffer
  /** How the algorithm signs: the AlgorithmIdentifier of RFC 5758 §3.2, RFC 4055 §5, RFC 8410 §3. */
  readonly signature: Buffer
  readonly signatureOid: string
  /** Digest name for node:crypto; Ed25519 has its own. */
  readonly digest: string | null
  readonly family: 'ec' | 'rsa' | 'ed25519'
  readonly namedCurve?: string
  readonly modulusLength?: number
}

const ecdsa = (
  namedCurve: 'prime256v1' | 'secp384r1',
  signatureOid: string,
  digest: string,
): AlgorithmRow => ({
  keyIdentifier: sequence(objectIdentifier(OID.ecPublicKey), objectIdentifier(OID[namedCurve])),
  signature: sequence(objectIdentifier(signatureOid)),
  signatureOid,
  digest,
  family: 'ec',
  namedCurve,
})

// RFC 4055 §5: RSA's parameters are NULL; ECDSA and Ed25519 have none.
const rsa = (modulusLength: number): AlgorithmRow => ({
  keyIdentifier: sequence(objectIdentifier(OID.rsaEncryption), NULL),
  signature: sequence(objectIdentifier(OID.sha256WithRsaEncryption), NULL),
  signatureOid: OID.sha256WithRsaEncryption,
  digest: 'sha256',
  family: 'rsa',
  modulusLength,
})

export const KEY_ALGORITHM_ROWS: Readonly<Record<KeyAlgorithm, AlgorithmRow>> = {
  'ecdsa-p256': ecdsa('prime256v1', OID.ecdsaWithSha256, 'sha256'),
  'ecdsa-p384': ecdsa('secp384r1', OID.ecdsaWithSha384, 'sha384'),
  'rsa-2048': rsa(2048),
  'rsa-3072': rsa(3072),
  'rsa-4096': rsa(4096),
  ed25519: {
    keyIdentifier: sequence(objectIdentifier(OID.ed25519)),
    signature: sequence(objectIdentifier(OID.ed25519)),
    signatureOid: OID.ed25519,
    digest: null,
    family: 'ed25519',
  },
}
