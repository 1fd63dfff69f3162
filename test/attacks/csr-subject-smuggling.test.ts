import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OID, sequence, setOf } from '@easycerts/shared/asn1'
import { encodeSubject, type Subject } from '@easycerts/shared/x509'
import { handMadeRequest, nameAttribute, utf8 } from '../support/hand-made-der.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const REFUSED = everywhere('ERR_SUBJECT_NOT_PERMITTED')

const SUBJECTS: readonly (readonly [string, Subject])[] = [
  ['of system:masters', { commonName: 'kubernetes-admin', organizations: ['system:masters'] }],
  ['of a group alone', { commonName: '', organizations: ['system:masters'] }],
  ['of another node', { commonName: 'system:node:master-1', organizations: ['system:nodes'] }],
  ['of a node identity of another', { commonName: 'worker-9', organizations: ['easycerts:node'] }],
  ['of the trust key', { commonName: 'demo-trust-key g1', organizations: ['easycerts:trust'] }],
  ['of the enrolment CA', { commonName: 'demo enrolment g1', organizations: [] }],
  ['of the CA server', { commonName: 'easycerts ca-server', organizations: [] }],
  [
    'of kube-controller-manager',
    { commonName: 'system:kube-controller-manager', organizations: [] },
  ],
  [
    'of the node itself and one group more',
    { commonName: 'system:node:worker-2', organizations: ['system:nodes', 'system:masters'] },
  ],
  [
    'of the node itself, its group twice',
    { commonName: 'system:node:worker-2', organizations: ['system:nodes', 'system:nodes'] },
  ],
]

const attribute = (oid: string, text: string) => setOf(nameAttribute(oid, ...utf8(text)))
const OWN = [
  attribute(OID.organizationName, 'system:nodes'),
  attribute(OID.commonName, 'system:node:worker-2'),
]

const NAMES: readonly (readonly [string, Buffer])[] = [
  ['with a second common name', sequence(...OWN, attribute(OID.commonName, 'kubernetes-admin'))],
  ['with an organizational unit', sequence(...OWN, attribute('2.5.4.11', 'system:masters'))],
  ['with a serial number in the name', sequence(...OWN, attribute('2.5.4.5', '1'))],
  ['with an e-mail address', sequence(...OWN, attribute('1.2.840.113549.1.9.1', 'a@b'))],
  ['with a domain component', sequence(...OWN, attribute('0.9.2342.19200300.100.1.25', 'lab'))],
  ['with an attribute that nobody knows', sequence(...OWN, attribute('1.2.3.4', 'x'))],
  ['with its organization as a common name', sequence(attribute(OID.commonName, 'system:nodes'))],
]

describe('an attacker who writes a subject into a request', () => {
  it.each(SUBJECTS)('is refused a subject %s', async (_title, subject) => {
    const der = handMadeRequest(attack.key, { subject: encodeSubject(subject) })
    await expect(attack.codesOfDer(der)).resolves.toEqual(REFUSED)
  })

  it.each(NAMES)('is refused its own name %s', async (_title, subject) => {
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { subject }))).resolves.toEqual(
      REFUSED,
    )
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
