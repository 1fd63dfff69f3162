import { describe, expect, it } from 'vitest'
import { OID } from '@easycerts/shared/asn1'
import { forgeCa, type Forgery, forgeServer } from '../support/join/forge-certificate.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

const ca = await forgeCa('easycerts enrolment g1')

/** A subjectAltName that no Host can say: one GeneralName of this tag and any octets. */
const altName = (tag: number, text: string) => {
  const name = Buffer.concat([Buffer.of(tag, text.length), Buffer.from(text, 'latin1')])
  const value = Buffer.concat([Buffer.of(0x30, name.length), name])
  return { oid: OID.subjectAltName, critical: false, value }
}

// ::ffff:127.0.0.1
const MAPPED = `${'\0'.repeat(10)}\xff\xff\x7f\0\0\x01`

const OTHER_NAMES: readonly (readonly [string, Partial<Forgery>])[] = [
  ['another host', { hosts: ['10.9.9.9', 'other.example'] }],
  ['no host at all', { hosts: [] }],
  ['the address as a common name alone', { hosts: [], commonName: '127.0.0.1' }],
  ['the address as a DNS name', { hosts: [], extensions: [altName(0x82, '127.0.0.1')] }],
  ['every DNS name', { hosts: [], extensions: [altName(0x82, '*')] }],
  ['the address of four octets in sixteen', { hosts: [], extensions: [altName(0x87, MAPPED)] }],
]

describe('a man in the middle with a genuine certificate for another name', () => {
  for (const client of CLIENTS)
    it.each(OTHER_NAMES)(`is refused by ${client}: %s`, async (_title, forgery) => {
      const chain = [await forgeServer(ca, forgery), ca]
      const { code, heard } = await judgementOf(client, ca, { chain })
      expect(code).toBe('ERR_CHAIN_INVALID')
      expect(heard).toEqual([])
    })
})
