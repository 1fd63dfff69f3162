import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contextConstructed, encodeTlv, sequence } from '@easycerts/shared/asn1'
import { encodeSubject } from '@easycerts/shared/x509'
import { extensionRequest, handMadeRequest } from '../support/hand-made-der.ts'
import { altNames, nameOf, NAME_TAG } from './support/alt-names.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const { dns, uri, email, ip } = NAME_TAG
const SUBJECT = encodeSubject({ commonName: 'kubernetes-admin', organizations: ['system:masters'] })

/** worker-2 may have worker-2, worker-2.lab.example and 10.0.0.7, and nobody else any. */
const NAMES: readonly (readonly [string, Buffer])[] = [
  ['another node', nameOf(dns, 'worker-1')],
  ['the API server', nameOf(dns, 'kubernetes.default.svc.cluster.local')],
  ['the address of the API server', nameOf(ip, Buffer.of(10, 0, 0, 1))],
  ['the address of its service', nameOf(ip, Buffer.of(10, 96, 0, 1))],
  ['the CA', nameOf(dns, 'localhost')],
  ['every host', nameOf(dns, '*')],
  ['every host of its domain', nameOf(dns, '*.lab.example')],
  ['every host below itself', nameOf(dns, '*.worker-2.lab.example')],
  ['a part of every host', nameOf(dns, 'work*')],
  ['its name in upper case', nameOf(dns, 'WORKER-2.lab.example')],
  ['its name with a trailing dot', nameOf(dns, 'worker-2.lab.example.')],
  ['its name with a leading dot', nameOf(dns, '.worker-2.lab.example')],
  ['its name with two dots', nameOf(dns, 'worker-2..lab.example')],
  ['its name in punycode', nameOf(dns, 'xn--worker-2-.lab.example')],
  ['its name in UTF-8', nameOf(dns, Buffer.from('wörker-2.lab.example', 'utf8'))],
  ['its name with a port', nameOf(dns, 'worker-2:443')],
  ['its name as a URL', nameOf(dns, 'https://worker-2')],
  ['no name', nameOf(dns, '')],
  ['the identity of another node', nameOf(uri, 'easycerts://demo/node/worker-1')],
  ['its own identity', nameOf(uri, 'easycerts://demo/node/worker-2')],
  ['a SPIFFE identity', nameOf(uri, 'spiffe://cluster.local/ns/kube-system/sa/admin')],
  ['an e-mail address', nameOf(email, 'root@worker-2')],
  ['a registered identifier', nameOf(0x88, Buffer.from('2a03', 'hex'))],
  ['a directory name', contextConstructed(4, SUBJECT)],
  [
    'a user principal name',
    contextConstructed(
      0,
      Buffer.from('060a2b060104018237140203', 'hex'),
      contextConstructed(0, encodeTlv(0x0c, Buffer.from('admin@lab'))),
    ),
  ],
  ['an X.400 address', encodeTlv(0xa3, sequence())],
  ['an EDI party', encodeTlv(0xa5, sequence())],
  ['a constructed DNS name', encodeTlv(0xa2, encodeTlv(0x16, Buffer.from('worker-2')))],
]

describe('an attacker who asks for names of others', () => {
  it.each(NAMES)('is refused: %s', async (_title, name) => {
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(altNames(name))] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_SAN_NOT_PERMITTED'))
  })

  it('is refused one foreign name among all of its own', async () => {
    const own = [nameOf(dns, 'worker-2'), nameOf(dns, 'worker-2.lab.example')]
    const names = altNames(...own, nameOf(dns, 'master-1'))
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(names)] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_SAN_NOT_PERMITTED'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
