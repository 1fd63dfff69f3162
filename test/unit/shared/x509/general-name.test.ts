import { describe, expect, it } from 'vitest'
import { contextConstructed, contextPrimitive, sequence } from '@easycerts/shared/asn1'
import { parseHost } from '@easycerts/shared/cluster'
import { encodeGeneralName, formatGeneralName, readGeneralNames } from '@easycerts/shared/x509'
import { codeOf } from '../../../support/to-throw-code.ts'

const read = (...names: readonly Buffer[]) => readGeneralNames(sequence(...names))

describe('encodeGeneralName', () => {
  it.each([
    ['worker-1', '8208776f726b65722d31'],
    ['192.0.2.10', '8704c000020a'],
    ['2001:db8::1', '871020010db8000000000000000000000001'],
  ])('writes %s as RFC 5280 has it', (host, hex) => {
    expect(encodeGeneralName(parseHost(host)).toString('hex')).toBe(hex)
    expect(read(encodeGeneralName(parseHost(host)))).toEqual([parseHost(host)])
  })

  it('writes the URI of an identity', () => {
    const uri = { kind: 'uri', value: 'easycerts://lab/node/worker-1' } as const
    expect(read(encodeGeneralName(uri))).toEqual([uri])
  })
})

describe('readGeneralNames', () => {
  it('reads an e-mail address for what it is', () => {
    expect(read(contextPrimitive(1, Buffer.from('a@b.example')))).toEqual([
      { kind: 'email', value: 'a@b.example' },
    ])
  })

  it.each([
    ['a directory name', contextConstructed(4, sequence())],
    ['another name', contextConstructed(0, Buffer.from('0600', 'hex'))],
    ['a registered identifier', contextPrimitive(8, Buffer.of(0x2a))],
    ['an address of 5 octets', contextPrimitive(7, Buffer.alloc(5))],
    ['an address with a mask', contextPrimitive(7, Buffer.alloc(8))],
    ['a DNS name of a constructed type', contextConstructed(2, Buffer.from('api'))],
    ['a DNS name of a private class', Buffer.concat([Buffer.of(0xc2, 3), Buffer.from('api')])],
  ])('shows %s as something that we do not issue', (_, encoding) => {
    expect(read(encoding)).toMatchObject([{ kind: 'other' }])
  })

  it('keeps an IPv4-mapped address apart from the IPv4 address', () => {
    const mapped = Buffer.concat([Buffer.alloc(10), Buffer.of(255, 255, 192, 0, 2, 10)])
    expect(read(contextPrimitive(7, mapped))).not.toContainEqual(parseHost('192.0.2.10'))
  })

  it('refuses names that are cut off', () => {
    expect(codeOf(() => read(Buffer.of(0x82, 4, 97)))).toBe('ERR_DER_MALFORMED')
  })
})

describe('formatGeneralName', () => {
  it('lets no control character through to a terminal', () => {
    expect(formatGeneralName({ kind: 'dns', value: 'a\u001b[2J b\u0000' })).toBe('dns:a?[2J?b?')
  })
})
