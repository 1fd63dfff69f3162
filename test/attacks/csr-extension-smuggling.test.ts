import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bitString,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  setOf,
  smallInteger,
  TRUE,
} from '@easycerts/shared/asn1'
import {
  encodeExtendedKeyUsage,
  encodeExtension,
  encodeKeyUsage,
  type Extension,
} from '@easycerts/shared/x509'
import { extensionRequest, handMadeRequest } from '../support/hand-made-der.ts'
import { altNames, nameOf, NAME_TAG } from './support/alt-names.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const critical = (oid: string, value: Buffer): Extension => ({ oid, critical: true, value })
const plain = (oid: string, value: Buffer): Extension => ({ oid, critical: false, value })

const EXTENSIONS: readonly (readonly [string, Extension])[] = [
  ['the CA flag', critical(OID.basicConstraints, sequence(TRUE))],
  ['the CA flag with a path', critical(OID.basicConstraints, sequence(TRUE, smallInteger(9)))],
  ['the CA flag, not critical', plain(OID.basicConstraints, sequence(TRUE))],
  ['the CA flag as 1', critical(OID.basicConstraints, Buffer.from('3003010101', 'hex'))],
  ['no CA flag', critical(OID.basicConstraints, sequence())],
  ['keyCertSign', critical(OID.keyUsage, encodeKeyUsage(['keyCertSign', 'cRLSign']))],
  ['every key usage', critical(OID.keyUsage, bitString(Buffer.of(0xff, 0x80)))],
  ['serverAuth', plain(OID.extKeyUsage, encodeExtendedKeyUsage(['serverAuth']))],
  ['any purpose', plain(OID.extKeyUsage, Buffer.from('30060604551d2500', 'hex'))],
  ['OCSP signing', plain(OID.extKeyUsage, encodeExtendedKeyUsage(['OCSPSigning']))],
  ['another key identifier', plain(OID.subjectKeyIdentifier, octetString(Buffer.alloc(20)))],
  ['another issuer', plain(OID.authorityKeyIdentifier, Buffer.from('3003800100', 'hex'))],
  ['name constraints', critical('2.5.29.30', sequence())],
  ['policy constraints', critical('2.5.29.36', sequence())],
  ['a policy', plain('2.5.29.32', Buffer.from('300830060604551d2000', 'hex'))],
  ['other places of revocation', plain('2.5.29.31', sequence())],
  ['another OCSP responder', plain('1.3.6.1.5.5.7.1.1', sequence())],
  ['no revocation checks', plain('1.3.6.1.5.5.7.48.1.5', Buffer.from('0500', 'hex'))],
  ['a Netscape type of CA', plain('2.16.840.1.113730.1.1', bitString(Buffer.of(0x07)))],
  ['a template of Microsoft', plain('1.3.6.1.4.1.311.20.2', Buffer.from('1e04005300', 'hex'))],
  ['a proxy certificate', critical('1.3.6.1.5.5.7.1.14', sequence())],
  ['what nobody knows', critical('1.2.3.4', Buffer.alloc(0))],
]

/** What certreq of Windows writes, and OpenSSL reads as well as the attribute of PKCS #9. */
const extensionRequestOfMicrosoft = (...extensions: readonly Buffer[]): Buffer =>
  sequence(objectIdentifier(OID.msExtensionRequest), setOf(sequence(...extensions)))

describe('an attacker who asks for extensions', () => {
  it.each(EXTENSIONS)('is refused %s', async (_title, extension) => {
    const attributes = [extensionRequest(encodeExtension(extension))]
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { attributes }))).resolves.toEqual(
      everywhere('ERR_EXTENSION_NOT_PERMITTED'),
    )
  })

  it('is refused the CA flag behind names that are its own', async () => {
    const flag = encodeExtension(critical(OID.basicConstraints, sequence(TRUE)))
    const own = altNames(nameOf(NAME_TAG.dns, 'worker-2'))
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(own, flag)] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_EXTENSION_NOT_PERMITTED'))
  })

  it('is refused what it asks for in the attribute of Microsoft', async () => {
    const flag = encodeExtension(critical(OID.basicConstraints, sequence(TRUE)))
    const attributes = [extensionRequestOfMicrosoft(flag)]
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { attributes }))).resolves.toEqual(
      everywhere('ERR_EXTENSION_NOT_PERMITTED'),
    )
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
