import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OID, sequence, setOf } from '@easycerts/shared/asn1'
import {
  extensionRequest,
  handMadeRequest,
  nameAttribute,
  requestPem,
  utf8,
} from '../support/hand-made-der.ts'
import { altNames, nameOf, NAME_TAG } from './support/alt-names.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const TEXTS: readonly (readonly [string, string])[] = [
  ['a zero octet at the end', 'worker-2\0'],
  ['a zero octet and another name', 'worker-2\0.attacker.example'],
  ['a zero octet in front', '\0worker-2'],
  ['a line end', 'worker-2\nlevel=info issued'],
  ['a carriage return', 'worker-2\rapproved'],
  ['a terminal sequence', '\u001b[2J\u001b[1;1Hworker-2'],
  ['a bell', 'worker-2\u0007'],
  ['a backspace', 'worker-22\b'],
  ['a delete', 'worker-2\u007f'],
  ['the end of a JSON string', 'worker-2","role":"master'],
  ['a shell command', 'worker-2$(reboot)`reboot`;reboot'],
  ['an SQL statement', "worker-2'; DROP TABLE nodes; --"],
  ['a path', '../../../etc/passwd'],
  ['a comma and a group', 'worker-2, O=system:masters'],
  ['a plus and a group', 'worker-2+O=system:masters'],
  ['a C1 control character', 'worker-2\u009b2J'],
]

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

describe('an attacker with control characters in names', () => {
  it.each(TEXTS)('is refused a subject with %s', async (_title, text) => {
    const subject = sequence(setOf(nameAttribute(OID.commonName, ...utf8(text))))
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { subject }))).resolves.toEqual(
      everywhere('ERR_SUBJECT_NOT_PERMITTED'),
    )
  })

  it.each(TEXTS)('is refused a DNS name with %s', async (_title, text) => {
    const names = altNames(nameOf(NAME_TAG.dns, text))
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(names)] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_SAN_NOT_PERMITTED'))
  })

  it.each(TEXTS)('does not find %s in the refusal that people read', async (_title, text) => {
    const subject = sequence(setOf(nameAttribute(OID.commonName, ...utf8(text))))
    const csr = requestPem(handMadeRequest(attack.key, { subject }))
    const { body } = await attack.ca.operator('POST', '/v1/certificates/issue', {
      ...{ profile: 'kubelet-client', csr, node: 'worker-2', groups: [] },
    })
    expect(String(body['detail'])).not.toMatch(CONTROL)
    expect(body['code']).toBe('ERR_SUBJECT_NOT_PERMITTED')
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
