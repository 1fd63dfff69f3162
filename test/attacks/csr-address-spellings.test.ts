import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { extensionRequest, handMadeRequest } from '../support/hand-made-der.ts'
import { altNames, nameOf, NAME_TAG } from './support/alt-names.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const { dns, ip } = NAME_TAG
const octets = (hex: string): Buffer => nameOf(ip, Buffer.from(hex, 'hex'))

/** The address of worker-2 is 10.0.0.7, or 0a000007. */
const SPELLINGS: readonly (readonly [string, Buffer])[] = [
  ['mapped into IPv6', octets('00000000000000000000ffff0a000007')],
  ['in the IPv4-compatible IPv6 form', octets('0000000000000000000000000a000007')],
  ['translated by NAT64', octets('0064ff9b00000000000000000a000007')],
  ['behind a 6to4 prefix', octets('20020a00000700000000000000000001')],
  ['as a network with its mask', octets('0a000007ffffffff')],
  ['with an octet more', octets('0a00000700')],
  ['with an octet less', octets('0a0000')],
  ['in reverse', octets('0700000a')],
  ['as text in an address field', nameOf(ip, '10.0.0.7')],
  ['as a DNS name', nameOf(dns, '10.0.0.7')],
  ['as a DNS name in decimal', nameOf(dns, '167772167')],
  ['as a DNS name in hexadecimal', nameOf(dns, '0x0a000007')],
  ['as a DNS name in octal', nameOf(dns, '012.0.0.7')],
  ['as a short DNS name', nameOf(dns, '10.7')],
  ['as a DNS name in brackets', nameOf(dns, '[10.0.0.7]')],
  ['as no octets at all', octets('')],
  ['next to it', octets('0a000008')],
  ['everywhere', octets('00000000')],
  ['of the machine itself', octets('7f000001')],
  ['of the machine itself in IPv6', octets('00000000000000000000000000000001')],
]

describe('an attacker who spells an address in another way', () => {
  it.each(SPELLINGS)('is refused its own one %s', async (_title, name) => {
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(altNames(name))] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_SAN_NOT_PERMITTED'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
