import { describe, expect, it } from 'vitest'
import {
  addressOctets,
  addressOfOctets,
  parseHost,
  sameHost,
  uniqueHosts,
  urlHost,
} from '@easycerts/shared/cluster'
import { codeOf } from '../../../support/to-throw-code.ts'

describe('parseHost', () => {
  it.each(['localhost', 'master-1', 'api.lab.example', 'xn--bcher-kva.example', '1e3', '4.a'])(
    'takes %s for a DNS name',
    (text) => {
      expect(parseHost(text)).toEqual({ kind: 'dns', value: text })
    },
  )

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::1', '::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:0db8:0:0:0:0:0:000a', '2001:db8::a'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('takes %s for the address %s', (text, value) => {
    expect(parseHost(text)).toEqual({ kind: 'ip', value })
  })

  it.each([
    ['upper case', 'Master-1'],
    ['a trailing dot', 'api.lab.example.'],
    ['a trailing dot after an address', '10.0.0.1.'],
    ['a wildcard', '*.lab.example'],
    ['an empty label', 'api..example'],
    ['an underscore', '_etcd.lab'],
    ['a scheme', 'https://api'],
    ['brackets', '[::1]'],
    ['a port', 'api.lab.example:6443'],
    ['a prefix length', 'fd00::1/64'],
    ['a zone', 'fe80::1%eth0'],
    ['an IPv4-mapped address', '::ffff:10.0.0.1'],
    ['an IPv4-mapped address in hex', '::ffff:a00:1'],
    ['an octal part', '010.0.0.1'],
    ['an octal part inside IPv6', '64:ff9b::010.0.0.1'],
    ['a short address', '10.1'],
    ['an address in one number', '167772161'],
    ['a hexadecimal address', '0x0a000001'],
    ['a hexadecimal part', '10.0.0.0x1'],
    ['a part beyond 255', '10.0.0.256'],
    ['five parts', '10.0.0.0.1'],
    ['two gaps', '1::2::3'],
    ['nine groups', '1:2:3:4:5:6:7:8:9'],
    ['five digits in a group', '12345::1'],
    ['a label of 64 characters', 'a'.repeat(64)],
    ['254 characters', `${'a.'.repeat(126)}bb`],
    ['a letter beyond ASCII', 'bücher.example'],
    ['a digit beyond ASCII', '１27.0.0.1'],
    ['a space', ' api'],
    ['a line end', 'api\n'],
    ['a zero octet', 'api\0.example'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseHost(text))).toBe('ERR_NAME_INVALID')
  })

  it('takes the longest name there can be', () => {
    expect(parseHost(`${'a.'.repeat(126)}b`).value).toHaveLength(253)
  })
})

describe('addressOctets', () => {
  it.each([
    ['192.0.2.10', 'c000020a'],
    ['2001:db8::a', '20010db800000000000000000000000a'],
  ])('writes %s in network order and back', (address, hex) => {
    expect(Buffer.from(addressOctets(address)).toString('hex')).toBe(hex)
    expect(addressOfOctets(addressOctets(address))).toBe(address)
  })
})

describe('uniqueHosts', () => {
  it('keeps the first of each, and takes a name and an address for two', () => {
    const hosts = ['b', 'a', '::1', 'b', '0::1'].map(parseHost)
    expect(uniqueHosts(hosts).map(({ value }) => value)).toEqual(['b', 'a', '::1'])
    expect(sameHost({ kind: 'dns', value: '::1' }, { kind: 'ip', value: '::1' })).toBe(false)
  })
})

describe('urlHost', () => {
  it.each([
    ['api.lab', 'api.lab'],
    ['10.0.0.1', '10.0.0.1'],
    ['fd00::1', '[fd00::1]'],
  ])('puts %s into a URL as %s', (text, inUrl) => {
    expect(urlHost(parseHost(text))).toBe(inUrl)
  })
})
