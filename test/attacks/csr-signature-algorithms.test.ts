import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  contextConstructed,
  NULL,
  objectIdentifier,
  OID,
  sequence,
  smallInteger,
} from '@easycerts/shared/asn1'
import { type ExportableKey, generateSigningKey, KEY_ALGORITHM_ROWS } from '@easycerts/shared/key'
import { handMadeRequest } from '../support/hand-made-der.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
let rsa: ExportableKey
let ed25519: ExportableKey
beforeAll(async () => {
  attack = await startCsrAttack()
  rsa = await generateSigningKey('rsa-2048')
  ed25519 = await generateSigningKey('ed25519')
})
afterAll(() => attack.dispose())

const id = (oid: string, ...parameters: readonly Buffer[]): Buffer =>
  sequence(objectIdentifier(oid), ...parameters)

const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
const RSA_SHA256 = '1.2.840.113549.1.1.11'
const { ecdsa, old } = {
  ecdsa: KEY_ALGORITHM_ROWS['ecdsa-p256'].signature,
  old: ['1.2.840.10045.4.1', '1.2.840.10045.4.3.1', '1.2.840.113549.1.1.5', '1.2.840.113549.1.1.4'],
}

const OF_EC: readonly (readonly [string, Buffer])[] = [
  ['ECDSA with parameters of NULL', id(ECDSA_SHA256, NULL)],
  ['ECDSA with a curve as parameters', id(ECDSA_SHA256, objectIdentifier('1.2.840.10045.3.1.7'))],
  ['ECDSA with two parameters', id(ECDSA_SHA256, NULL, NULL)],
  ['Ed25519', KEY_ALGORITHM_ROWS.ed25519.signature],
  ['RSA', KEY_ALGORITHM_ROWS['rsa-2048'].signature],
  ['no identifier that is known', id('1.2.3.4')],
  ['the identifier of the key', id(OID.ecPublicKey)],
  ...old.map((oid) => [`the old ${oid}`, id(oid)] as const),
]

const sha256 = id(OID.sha256, NULL)
const sha1 = id('1.3.14.3.2.26', NULL)
const mgf = (digest: Buffer): Buffer => id(OID.mgf1, digest)
const pss = (...parameters: readonly Buffer[]): Buffer => id(OID.rsassaPss, sequence(...parameters))
const at = contextConstructed

const OF_RSA: readonly (readonly [string, Buffer])[] = [
  ['PSS by its defaults, which mean SHA-1', pss()],
  ['PSS without parameters', id(OID.rsassaPss)],
  ['PSS with SHA-1', pss(at(0, sha1), at(1, mgf(sha1)), at(2, smallInteger(20)))],
  [
    'PSS with a mask of another digest',
    pss(at(0, sha256), at(1, mgf(sha1)), at(2, smallInteger(32))),
  ],
  ['PSS without a salt length', pss(at(0, sha256), at(1, mgf(sha256)))],
  [
    'PSS with another trailer',
    pss(at(0, sha256), at(1, mgf(sha256)), at(2, smallInteger(32)), at(3, smallInteger(2))),
  ],
  ['PSS with a mask that is none', pss(at(0, sha256), at(1, id('1.2.3')), at(2, smallInteger(32)))],
  [
    'PSS with a negative salt length',
    pss(at(0, sha256), at(1, mgf(sha256)), at(2, Buffer.of(2, 1, 0xe0))),
  ],
  [
    'PSS with a giant salt length',
    pss(at(0, sha256), at(1, mgf(sha256)), at(2, Buffer.from('020500ffffffff', 'hex'))),
  ],
  ['RSA with garbage for parameters', id(RSA_SHA256, smallInteger(1))],
  ['RSA with MD5', id('1.2.840.113549.1.1.4', NULL)],
  ['raw RSA', id(OID.rsaEncryption, NULL)],
  ['ECDSA', ecdsa],
]

const REFUSED = everywhere('ERR_CSR_ALGORITHM_REJECTED')

describe('an attacker who names another signature algorithm than the one that signed', () => {
  it.each(OF_EC)('is refused a key of P-256 with %s', async (_title, algorithm) => {
    const der = handMadeRequest(attack.key, { algorithm })
    await expect(attack.codesOfDer(der)).resolves.toEqual(REFUSED)
  })

  it.each(OF_RSA)('is refused a key of RSA with %s', async (_title, algorithm) => {
    await expect(attack.codesOfDer(handMadeRequest(rsa, { algorithm }))).resolves.toEqual(REFUSED)
  })

  it.each([
    ['parameters of NULL', id(OID.ed25519, NULL)],
    ['the identifier of Ed448', id('1.3.101.113')],
    ['the identifier of Ed25519ph', id('1.3.101.114')],
    ['ECDSA', ecdsa],
  ])('is refused a key of Ed25519 with %s', async (_title, algorithm) => {
    const der = handMadeRequest(ed25519, { algorithm })
    await expect(attack.codesOfDer(der)).resolves.toEqual(REFUSED)
  })

  it('is refused PSS parameters over a signature that is none of PSS', async () => {
    const salt = at(2, smallInteger(32))
    const algorithm = pss(at(0, sha256), at(1, mgf(sha256)), salt)
    await expect(attack.codesOfDer(handMadeRequest(rsa, { algorithm }))).resolves.toEqual(
      everywhere('ERR_CSR_SIGNATURE_INVALID'),
    )
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
