import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { sequence } from '@easycerts/shared/asn1'

const spkiOf = ({ publicKey }: { publicKey: KeyObject }): Buffer =>
  publicKey.export({ type: 'spki', format: 'der' })
const ec = (namedCurve: string) => spkiOf(generateKeyPairSync('ec', { namedCurve }))
const rsa = (modulusLength: number, publicExponent = 65537) =>
  spkiOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }))
const openssl = (command: string): Buffer =>
  execFileSync('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] })

const P256 = ec('P-256')
const POINT = 27
// SPKI of P-256: 26 octets of algorithm and headers, then 0x04, x and y.
const [x, y] = [P256.subarray(POINT, POINT + 32), P256.subarray(POINT + 32)]

const compressed = (): Buffer => {
  const sign = (y.at(-1)! & 1) === 1 ? 3 : 2
  const bits = Buffer.concat([Buffer.of(0x03, 34, 0, sign), x])
  return sequence(P256.subarray(2, 23), bits)
}

/** The same length, one coordinate changed: such a point is on the curve once in 2^256. */
const offCurve = (): Buffer => {
  const moved = Buffer.from(P256)
  moved[POINT + 63]! ^= 1
  return moved
}

// Node 20 aborts the process on `asymmetricKeyDetails` of such a key.
const infinity = (spki: Buffer, identifierEnd: number) =>
  sequence(spki.subarray(2, identifierEnd), Buffer.from('03020000', 'hex'))

/** SubjectPublicKeyInfo of kinds and encodings that are not accepted, and what it is. */
export const UNACCEPTABLE_KEYS: readonly (readonly [string, () => Buffer])[] = [
  ['RSA of 1024 bits', () => rsa(1024)],
  ['RSA of 2304 bits', () => rsa(2304)],
  ['RSA with exponent 3', () => rsa(2048, 3)],
  ['RSA-PSS', () => spkiOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }))],
  ['P-224', () => ec('P-224')],
  ['P-521', () => ec('P-521')],
  ['secp256k1', () => ec('secp256k1')],
  ['brainpoolP256r1', () => ec('brainpoolP256r1')],
  ['X25519', () => spkiOf(generateKeyPairSync('x25519'))],
  ['X448', () => spkiOf(generateKeyPairSync('x448'))],
  ['Ed448', () => spkiOf(generateKeyPairSync('ed448'))],
  ['DSA', () => spkiOf(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }))],
  ['a compressed point', compressed],
  ['a point off the curve', offCurve],
  ['the point at infinity', () => infinity(P256, 23)],
  ['the point at infinity of a curve that is not accepted', () => infinity(ec('secp256k1'), 20)],
  [
    'a hybrid point',
    () => Buffer.concat([P256.subarray(0, 26), Buffer.of(6 + (y.at(-1)! & 1)), x, y]),
  ],
  [
    'a curve spelled out in parameters',
    () =>
      openssl(
        'openssl ecparam -name prime256v1 -genkey -noout | openssl pkey -pubout -outform DER -ec_param_enc explicit',
      ),
  ],
  ['octets after the key', () => Buffer.concat([P256, Buffer.of(0)])],
  ['a key that is cut off', () => P256.subarray(0, -1)],
  [
    'a private key',
    () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }),
  ],
  ['nothing', () => Buffer.alloc(0)],
]
