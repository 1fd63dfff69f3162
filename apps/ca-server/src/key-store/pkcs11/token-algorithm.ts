import { createHash, type JsonWebKey } from 'node:crypto'
import { objectIdentifier, OID } from '@easycerts/shared/asn1'
import { EasycertsError } from '@easycerts/shared/errors'
import { KEY_ALGORITHM_ROWS, type KeyAlgorithm } from '@easycerts/shared/key'
import type * as Library from 'pkcs11js'
import { ecdsaSignatureDer } from './ecdsa-signature.ts'

type Ck = typeof Library

/** How a token makes, describes and uses a key of one family (PKCS#11 2.40, 3.0 for Ed25519). */
export interface TokenAlgorithm {
  readonly keyType: (ck: Ck) => number
  readonly generateMechanism: (ck: Ck) => number
  readonly signMechanism: (ck: Ck) => number
  /** What says which key to make. */
  readonly parameters: (ck: Ck, algorithm: KeyAlgorithm) => Library.Template
  /** The attributes of a public key, and the key that they are. */
  readonly publicAttributes: (ck: Ck) => readonly number[]
  readonly publicJwk: (algorithm: KeyAlgorithm, values: readonly Buffer[]) => JsonWebKey
  /** What a private key from outside consists of. */
  readonly privateAttributes: (ck: Ck, algorithm: KeyAlgorithm, jwk: JsonWebKey) => Library.Template
  /** What the token gets of a message, and what becomes of its answer. */
  readonly toBeSigned: (algorithm: KeyAlgorithm, message: Uint8Array) => Buffer
  readonly signature: (raw: Buffer) => Buffer
}

const octets = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url')
const ED25519_OCTETS = 32

const ecParameters = (ck: Ck, algorithm: KeyAlgorithm): Library.Template => {
  const { namedCurve } = KEY_ALGORITHM_ROWS[algorithm]
  const curve = namedCurve === 'secp384r1' ? OID.secp384r1 : OID.prime256v1
  return [{ type: ck.CKA_EC_PARAMS, value: objectIdentifier(curve) }]
}

/** CKA_EC_POINT is a point in an OCTET STRING; some tokens leave the wrapping out. */
const unwrapped = (point: Buffer | undefined, length: number): Buffer => {
  const bare = point?.subarray(point.length - length)
  if (bare?.length !== length)
    throw new EasycertsError('ERR_PKCS11_UNAVAILABLE', 'the token describes a key strangely')
  return bare
}

const EC: TokenAlgorithm = {
  keyType: (ck) => ck.CKK_EC,
  generateMechanism: (ck) => ck.CKM_EC_KEY_PAIR_GEN,
  signMechanism: (ck) => ck.CKM_ECDSA,
  parameters: ecParameters,
  publicAttributes: (ck) => [ck.CKA_EC_POINT],
  publicJwk: (algorithm, [value]) => {
    const crv = algorithm === 'ecdsa-p384' ? 'P-384' : 'P-256'
    const size = crv === 'P-384' ? 48 : 32
    const point = unwrapped(value, 2 * size)
    const [x, y] = [point.subarray(0, size), point.subarray(size)]
    return { kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') }
  },
  privateAttributes: (ck, algorithm, { d }) => [
    ...ecParameters(ck, algorithm),
    { type: ck.CKA_VALUE, value: octets(d) },
  ],
  toBeSigned: (algorithm, message) =>
    createHash(KEY_ALGORITHM_ROWS[algorithm].digest ?? 'sha256')
      .update(message)
      .digest(),
  signature: ecdsaSignatureDer,
}

const RSA_EXPONENT = Buffer.from('010001', 'hex')

const RSA: TokenAlgorithm = {
  keyType: (ck) => ck.CKK_RSA,
  generateMechanism: (ck) => ck.CKM_RSA_PKCS_KEY_PAIR_GEN,
  signMechanism: (ck) => ck.CKM_SHA256_RSA_PKCS,
  parameters: (ck, algorithm) => [
    { type: ck.CKA_MODULUS_BITS, value: KEY_ALGORITHM_ROWS[algorithm].modulusLength ?? 0 },
    { type: ck.CKA_PUBLIC_EXPONENT, value: RSA_EXPONENT },
  ],
  publicAttributes: (ck) => [ck.CKA_MODULUS, ck.CKA_PUBLIC_EXPONENT],
  publicJwk: (_algorithm, [n, e]) => ({
    kty: 'RSA',
    n: n?.toString('base64url') ?? '',
    e: e?.toString('base64url') ?? '',
  }),
  privateAttributes: (ck, _algorithm, { n, e, d, p, q, dp, dq, qi }) => [
    { type: ck.CKA_MODULUS, value: octets(n) },
    { type: ck.CKA_PUBLIC_EXPONENT, value: octets(e) },
    { type: ck.CKA_PRIVATE_EXPONENT, value: octets(d) },
    { type: ck.CKA_PRIME_1, value: octets(p) },
    { type: ck.CKA_PRIME_2, value: octets(q) },
    { type: ck.CKA_EXPONENT_1, value: octets(dp) },
    { type: ck.CKA_EXPONENT_2, value: octets(dq) },
    { type: ck.CKA_COEFFICIENT, value: octets(qi) },
  ],
  toBeSigned: (_algorithm, message) => Buffer.from(message),
  signature: (raw) => raw,
}

// PKCS#11 3.0 §2.3.5 and §2.3.14: not in the library's table, which is of 2.40.
const CKK_EC_EDWARDS = 0x40
const CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055
const CKM_EDDSA = 0x1057

const ED25519: TokenAlgorithm = {
  keyType: () => CKK_EC_EDWARDS,
  generateMechanism: () => CKM_EC_EDWARDS_KEY_PAIR_GEN,
  signMechanism: () => CKM_EDDSA,
  parameters: (ck) => [{ type: ck.CKA_EC_PARAMS, value: objectIdentifier(OID.ed25519) }],
  publicAttributes: (ck) => [ck.CKA_EC_POINT],
  publicJwk: (_algorithm, [value]) => ({
    kty: 'OKP',
    crv: 'Ed25519',
    x: unwrapped(value, ED25519_OCTETS).toString('base64url'),
  }),
  privateAttributes: (ck, _algorithm, { d }) => [
    { type: ck.CKA_EC_PARAMS, value: objectIdentifier(OID.ed25519) },
    { type: ck.CKA_VALUE, value: octets(d) },
  ],
  toBeSigned: (_algorithm, message) => Buffer.from(message),
  signature: (raw) => raw,
}

export const tokenAlgorithmOf = (algorithm: KeyAlgorithm): TokenAlgorithm =>
  ({ ec: EC, rsa: RSA, ed25519: ED25519 })[KEY_ALGORITHM_ROWS[algorithm].family]
