import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeTlv, OID, sequence, setOf, TAG } from '@easycerts/shared/asn1'
import { encodeSubject, parseCertificatePem } from '@easycerts/shared/x509'
import { handMadeRequest, nameAttribute, requestPem, utf8 } from '../support/hand-made-der.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const cn = (text: string): Buffer => nameAttribute(OID.commonName, ...utf8(text))
const group = (text: string): Buffer => nameAttribute(OID.organizationName, ...utf8(text))

const NODE = cn('system:node:worker-2')
const NODES = group('system:nodes')
const MASTERS = group('system:masters')

const NAMES: readonly (readonly [string, Buffer, string])[] = [
  [
    'a group beside the common name',
    sequence(setOf(NODES), setOf(NODE, MASTERS)),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  ['two groups in one', sequence(setOf(NODES, MASTERS), setOf(NODE)), 'ERR_SUBJECT_NOT_PERMITTED'],
  [
    'two common names in one',
    sequence(setOf(NODES), setOf(NODE, cn('admin'))),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  ['one that is empty', sequence(setOf(NODES), setOf(), setOf(NODE)), 'ERR_CSR_MALFORMED'],
  ['one that is a sequence', sequence(sequence(NODE)), 'ERR_CSR_MALFORMED'],
  [
    'one whose attribute holds two values',
    sequence(setOf(sequence(...[NODE.subarray(2), encodeTlv(TAG.UTF8_STRING)]))),
    'ERR_CSR_MALFORMED',
  ],
  [
    'one that is no attribute',
    sequence(setOf(encodeTlv(TAG.UTF8_STRING, Buffer.from('admin')))),
    'ERR_CSR_MALFORMED',
  ],
]

describe('an attacker who hides a group in a relative distinguished name of several values', () => {
  it.each(NAMES)('is refused %s', async (_title, subject, code) => {
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { subject }))).resolves.toEqual(
      everywhere(code),
    )
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())

  it('gets its own name in the form that the CA writes, whatever its own form was', async () => {
    const subject = sequence(setOf(NODES, NODE))
    const csr = requestPem(handMadeRequest(attack.key, { subject }))
    const { body } = await attack.ca.operator('POST', '/v1/certificates/issue', {
      ...{ profile: 'kubelet-client', csr, node: 'worker-2', groups: [] },
    })
    const { subjectDer } = parseCertificatePem(String(body['certificate']))
    const own = { commonName: 'system:node:worker-2', organizations: ['system:nodes'] }
    expect(subjectDer).toEqual(encodeSubject(own))
  })
})
