import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { objectIdentifier, OID, sequence, setOf } from '@easycerts/shared/asn1'
import { encodeSubject } from '@easycerts/shared/x509'
import { extensionRequest, handMadeRequest, requestPem } from '../support/hand-made-der.ts'
import { altNames, nameOf, NAME_TAG } from './support/alt-names.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const OWN = altNames(nameOf(NAME_TAG.dns, 'worker-2'))
const FOREIGN = altNames(nameOf(NAME_TAG.dns, 'master-1'))

/** A reader that takes the first, and one that takes the last, would read two things. */
const ATTRIBUTES: readonly (readonly [string, readonly Buffer[]])[] = [
  ['one extension twice', [extensionRequest(OWN, FOREIGN)]],
  ['one extension twice, alike', [extensionRequest(OWN, OWN)]],
  ['two extension requests', [extensionRequest(OWN), extensionRequest(FOREIGN)]],
  ['two extension requests, one empty', [extensionRequest(), extensionRequest(FOREIGN)]],
  [
    'an extension request of two values',
    [sequence(objectIdentifier(OID.extensionRequest), setOf(sequence(OWN), sequence(FOREIGN)))],
  ],
  [
    'an extension request without a value',
    [sequence(objectIdentifier(OID.extensionRequest), setOf())],
  ],
]

describe('an attacker who says a thing twice', () => {
  it.each(ATTRIBUTES)('is refused %s', async (_title, attributes) => {
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { attributes }))).resolves.toEqual(
      everywhere('ERR_CSR_MALFORMED'),
    )
  })

  it('is refused two keys', async () => {
    const { spki } = attack.key.publicKey
    const der = handMadeRequest(attack.key, { spki: Buffer.concat([spki, spki]) })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it('is refused two subjects', async () => {
    const subject = encodeSubject({ commonName: 'worker-2', organizations: [] })
    const der = handMadeRequest(attack.key, { subject: Buffer.concat([sequence(), subject]) })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it('is refused two requests in one text', async () => {
    const pem = requestPem(handMadeRequest(attack.key))
    const codes = await attack.codesOf(pem.repeat(2))
    // A join looks at the text before it looks at the request.
    expect(codes).toEqual({ ...everywhere('ERR_CSR_MALFORMED'), join: 'ERR_PEM_MALFORMED' })
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
