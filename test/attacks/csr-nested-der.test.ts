import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contextConstructed, encodeTlv, OID, sequence, setOf, TAG } from '@easycerts/shared/asn1'
import { encodeExtension } from '@easycerts/shared/x509'
import { extensionRequest, handMadeRequest, nameAttribute } from '../support/hand-made-der.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

/** As deep as the field of a request can hold. */
const DEPTH = 2800

const nested = (wrap: (inner: Buffer) => Buffer, depth = DEPTH): Buffer => {
  let inner: Buffer = encodeTlv(TAG.NULL)
  for (let level = 0; level < depth; level++) inner = wrap(inner)
  return inner
}

const WRAPS: readonly (readonly [string, (inner: Buffer) => Buffer])[] = [
  ['sequences', (inner) => sequence(inner)],
  ['sets', (inner) => setOf(inner)],
  ['context tags', (inner) => contextConstructed(0, inner)],
  ['octet strings', (inner) => encodeTlv(TAG.OCTET_STRING, inner)],
]

describe('an attacker who nests DER thousandfold', () => {
  it.each(WRAPS)('is refused %s for the whole request', async (_title, wrap) => {
    await expect(attack.codesOfDer(nested(wrap))).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it.each(WRAPS)('is refused %s for an attribute', async (_title, wrap) => {
    const der = handMadeRequest(attack.key, { attributes: [nested(wrap)] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it.each(WRAPS)('is refused %s for a subject', async (_title, wrap) => {
    const der = handMadeRequest(attack.key, { subject: sequence(nested(wrap)) })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it.each(WRAPS)('is refused %s for the text of a name', async (_title, wrap) => {
    const deep = nested(wrap)
    const text = nameAttribute(OID.commonName, deep.readUInt8(0), deep.subarray(4))
    const der = handMadeRequest(attack.key, { subject: sequence(setOf(text)) })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it.each(WRAPS)('is refused %s for names', async (_title, wrap) => {
    const value = sequence(encodeTlv(0xa4, nested(wrap)))
    const names = encodeExtension({ oid: OID.subjectAltName, critical: false, value })
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(names)] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_SAN_NOT_PERMITTED'))
  })

  it.each(WRAPS)('is refused %s for a key', async (_title, wrap) => {
    const der = handMadeRequest(attack.key, { spki: sequence(nested(wrap)) })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_KEY_REJECTED'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
