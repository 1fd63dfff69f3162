import {
  bitString,
  encodeTlv,
  enterWhole,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  setOf,
  TAG,
} from '@easycerts/shared/asn1'
import { decodePem } from '@easycerts/shared/encoding'
import { type ExportableKey, KEY_ALGORITHM_ROWS } from '@easycerts/shared/key'
import {
  buildCertificateRequestWith,
  encodeExtension,
  encodeKeyUsage,
  type Subject,
} from '@easycerts/shared/x509'
import { handMadeRequest, nameAttribute, requestPem, utf8 } from './hand-made-der.ts'
import { mutateOctets } from './mutate-octets.ts'
import { KEYS_IN_RFCS } from './published-keys.ts'
import { rsaSpki } from './weak-rsa.ts'

type Random = () => number
type Kind = (key: ExportableKey, random: Random) => string

const pick = <Item>(items: readonly Item[], random: Random): Item =>
  items[Math.floor(random() * items.length)]!

const SUBJECTS: readonly Subject[] = [
  { commonName: '', organizations: [] },
  { commonName: 'system:node:master-1', organizations: ['system:nodes'] },
  { commonName: 'system:node:MASTER-1', organizations: ['system:nodes'] },
  { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
  { commonName: 'a\0b', organizations: ['system:masters\n'] },
  { commonName: 'x'.repeat(3000), organizations: [] },
]

const altNames = (...names: readonly Buffer[]): Buffer =>
  encodeExtension({ oid: OID.subjectAltName, critical: false, value: sequence(...names) })

/** GeneralNames as a hostile client writes them: [tag, text]. */
const NAMES: readonly (readonly [number, string])[] = [
  [0x82, 'master-1'],
  [0x82, '*.example.org'],
  [0x82, 'a\0.example.org'],
  [0x82, ''],
  [0x82, 'kubernetes.default.svc'],
  [0x86, 'easycerts://lab/node/other'],
  [0x81, 'root@localhost'],
  [0x87, '\x7f\0\0\x01'],
  [0x87, '\x0a'],
  [0xa4, '0\0'],
  [0x88, '*\x03'],
]

const EXTENSIONS: readonly Buffer[] = [
  encodeExtension({
    oid: OID.basicConstraints,
    critical: true,
    value: Buffer.from('30030101ff', 'hex'),
  }),
  encodeExtension({ oid: OID.keyUsage, critical: true, value: encodeKeyUsage(['keyCertSign']) }),
  encodeExtension({
    oid: OID.extKeyUsage,
    critical: false,
    value: Buffer.from('30060604551d2500', 'hex'),
  }),
  encodeExtension({ oid: '1.2.3.4', critical: true, value: octetString(Buffer.alloc(9)) }),
]

// SHA-1 and MD5 with RSA, SHA-1 with ECDSA, and RSASSA-PSS without parameters, which means SHA-1.
const OLD_ALGORITHMS = [
  '1.2.840.113549.1.1.5',
  '1.2.840.113549.1.1.4',
  '1.2.840.10045.4.1',
  OID.rsassaPss,
]

const nested = (depth: number): Buffer => {
  let inner: Buffer = encodeTlv(TAG.NULL)
  for (let index = 0; index < depth; index++) inner = sequence(inner)
  return inner
}

/** Kinds of requests, by what is wrong with them; each is drawn as often as the others. */
export const HOSTILE_KINDS: Readonly<Record<string, Kind>> = {
  honest: (key) => buildCertificateRequestWith(key, SUBJECTS[0]!, []),
  'asks for much': (key, random) =>
    buildCertificateRequestWith(
      key,
      pick(SUBJECTS, random),
      random() < 0.5 ? [pick(EXTENSIONS, random)] : [],
    ),
  'asks for names': (key, random) =>
    buildCertificateRequestWith(key, SUBJECTS[0]!, [
      altNames(
        ...Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
          const [tag, text] = pick(NAMES, random)
          return encodeTlv(tag, Buffer.from(text, 'latin1'))
        }),
      ),
    ]),
  'thousands of names': (key) =>
    buildCertificateRequestWith(key, SUBJECTS[0]!, [
      altNames(...Array.from({ length: 3000 }, () => encodeTlv(0x82, Buffer.from('master-1')))),
    ]),
  'thousands of attributes': (key) => {
    const rdn = setOf(nameAttribute(OID.organizationName, ...utf8('a')))
    return requestPem(handMadeRequest(key, { subject: sequence(...Array<Buffer>(3000).fill(rdn)) }))
  },
  'deeply nested': (key) => requestPem(handMadeRequest(key, { attributes: [nested(2000)] })),
  'another key': (key, random) => {
    const [, spki] = pick(KEYS_IN_RFCS, random)
    return requestPem(handMadeRequest(key, { spki: Buffer.from(spki, 'base64') }))
  },
  'large numbers': (key, random) => {
    const [bits, exponentBits] = [Math.floor(random() * 9000) + 1, Math.floor(random() * 600) + 1]
    const spki = rsaSpki(2n ** BigInt(bits) + 1n, 2n ** BigInt(exponentBits) + 1n)
    return requestPem(handMadeRequest(key, { spki }))
  },
  'another algorithm': (key, random) => {
    const algorithm = sequence(objectIdentifier(pick(OLD_ALGORITHMS, random)))
    return requestPem(handMadeRequest(key, { algorithm }))
  },
  damaged: (key, random) => {
    const der = decodePem('CERTIFICATE REQUEST', wishful(key, random))
    return requestPem(mutateOctets(der, random))
  },
  // Whatever stands in it is seen by everything behind the signature.
  'damaged, then signed': (key, random) => {
    const der = decodePem('CERTIFICATE REQUEST', wishful(key, random))
    const info = mutateOctets(enterWhole(der, 'request').next().encoding, random)
    const { signature } = KEY_ALGORITHM_ROWS[key.algorithm]
    return requestPem(sequence(info, signature, bitString(key.sign(info))))
  },
  'no PEM': (_, random) =>
    Array.from({ length: 300 }, () => String.fromCharCode(random() * 256)).join(''),
}

const wishful: Kind = (key, random) =>
  buildCertificateRequestWith(key, pick(SUBJECTS, random), [
    altNames(encodeTlv(0x82, Buffer.from('master-1')), encodeTlv(0x87, Buffer.of(192, 0, 2, 11))),
  ])
