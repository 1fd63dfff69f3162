import { constants, type KeyObject, verify } from 'node:crypto'
import {
  enterWhole,
  nameOfObjectIdentifier,
  NULL,
  objectIdentifier,
  OID,
  readObjectIdentifier,
  sequence,
  TAG,
} from '../asn1/index.ts'
import { readPss } from './pss-parameters.ts'
import { SIGNATURE_DIGESTS } from './signature-digest.ts'

/** A way to sign that we verify, in requests and in certificates of others. */
interface SignatureAlgorithm {
  readonly family: 'ec' | 'rsa' | 'ed25519'
  /** Digest name for node:crypto; Ed25519 has its own. */
  readonly digest: string | null
  readonly pss?: { readonly padding: number; readonly saltLength: number }
}

const identifier = (oid: string, ...parameters: readonly Buffer[]): string =>
  sequence(objectIdentifier(oid), ...parameters).toString('hex')

/** By the hex of AlgorithmIdentifier: RFC 5758 §3.2, RFC 4055 §5, RFC 8410 §3. */
const ACCEPTED: ReadonlyMap<string, SignatureAlgorithm> = new Map(
  SIGNATURE_DIGESTS.flatMap(({ digest, rsa, ecdsa }): [string, SignatureAlgorithm][] => [
    [identifier(ecdsa), { family: 'ec', digest }],
    [identifier(rsa, NULL), { family: 'rsa', digest }],
    // RFC 4055 §5: must be written with NULL, and read without it too.
    [identifier(rsa), { family: 'rsa', digest }],
  ]).concat([[identifier(OID.ed25519), { family: 'ed25519', digest: null }]]),
)

const findAlgorithm = (encoding: Buffer, key: KeyObject): SignatureAlgorithm | undefined => {
  const found = ACCEPTED.get(encoding.toString('hex')) ?? findPss(encoding)
  return found?.family === key.asymmetricKeyType ? found : undefined
}

const findPss = (encoding: Buffer): SignatureAlgorithm | undefined => {
  const pss = readPss(encoding)
  return (
    pss && {
      family: 'rsa',
      digest: pss.digest,
      pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.saltLength },
    }
  )
}

/**
 * Whether a signature with this AlgorithmIdentifier verifies; undefined if the algorithm is none that
 * we accept of such a key.
 */
export const verifySignature = (
  algorithm: Buffer,
  key: KeyObject,
  message: Buffer,
  signature: Buffer,
): boolean | undefined => {
  const found = findAlgorithm(algorithm, key)
  return found && verify(found.digest, message, found.pss ? { key, ...found.pss } : key, signature)
}

/** What tools still make, by its name; RFC 3279 §2.2, RFC 4055 §5, RFC 5758 §3, RFC 8410 §3. */
const REFUSED: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2 with RSA',
  '1.2.840.113549.1.1.4': 'MD5 with RSA',
  '1.2.840.113549.1.1.5': 'SHA-1 with RSA',
  '1.3.14.3.2.29': 'SHA-1 with RSA',
  '1.2.840.113549.1.1.14': 'SHA-224 with RSA',
  '1.2.840.10045.4.1': 'ECDSA with SHA-1',
  '1.2.840.10045.4.3.1': 'ECDSA with SHA-224',
  '1.2.840.10040.4.3': 'DSA with SHA-1',
  '2.16.840.1.101.3.4.3.2': 'DSA with SHA-256',
  '1.3.101.113': 'Ed448',
}

/** 'SHA-1 with RSA', or the dotted identifier of what nobody here has heard of; ERR_DER_MALFORMED. */
export const nameSignatureAlgorithm = (algorithm: Buffer): string => {
  const fields = enterWhole(algorithm, 'signature algorithm')
  const oid = readObjectIdentifier(fields.expect(TAG.OBJECT_IDENTIFIER, 'identifier').content)
  return REFUSED[oid] ?? nameOfObjectIdentifier(oid) ?? oid
}
