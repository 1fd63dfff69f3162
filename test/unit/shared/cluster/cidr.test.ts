import { describe, expect, it } from 'vitest'
import {
  addressInCidr,
  apiserverServiceAddress,
  checkCidr,
  dnsServiceAddress,
  minorVersion,
} from '@easycerts/shared/cluster'
import { codeOf } from '../../../support/to-throw-code.ts'
import { CLUSTER } from '../../../support/sample-cluster.ts'

describe('checkCidr', () => {
  it.each(['10.96.0.0/12', '10.0.0.0/24', '0.0.0.0/0', '10.0.0.1/32', 'fd00::/108', '::/0'])(
    'takes %s',
    (text) => {
      expect(checkCidr(text)).toBe(text)
    },
  )

  it.each([
    ['host bits', '10.96.0.1/12'],
    ['host bits of IPv6', 'fd00::1/108'],
    ['an octal part, which another program reads as another network', '010.0.0.0/8'],
    ['a short form', '10.0/8'],
    ['one number', '10/8'],
    ['a prefix with a zero in front', '10.0.0.0/08'],
    ['a prefix that is too long', '10.0.0.0/33'],
    ['a prefix that is too long for IPv6', 'fd00::/129'],
    ['no prefix', '10.0.0.0'],
    ['a mask', '10.0.0.0/255.0.0.0'],
    ['an IPv6 spelling that is not the shortest', 'fd00:0::/64'],
    ['upper case', 'FD00::/64'],
    ['two ranges', '10.0.0.0/8,fd00::/64'],
    ['a zone', 'fe80::%1/64'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => checkCidr(text))).toBe('ERR_NAME_INVALID')
  })

  it.each([
    ['10.96.0.1/12', '10.96.0.0/12'],
    ['fd00:0::1/64', 'fd00::/64'],
  ])('says how to write %s', (text, written) => {
    expect(() => checkCidr(text)).toThrow(expect.objectContaining({ hint: `write ${written}` }))
  })
})

describe('addressInCidr', () => {
  it.each([
    ['10.96.0.0/12', 1, '10.96.0.1'],
    ['10.0.0.0/24', 10, '10.0.0.10'],
    ['172.16.128.0/20', 1, '172.16.128.1'],
    ['192.168.7.128/25', 10, '192.168.7.138'],
    ['10.96.0.0/12', 65_536, '10.97.0.0'],
    ['10.0.255.252/30', 3, '10.0.255.255'],
    ['fd00:10:96::/112', 1, 'fd00:10:96::1'],
    ['fd00::ff00/120', 255, 'fd00::ffff'],
  ])('counts in %s to %i', (cidr, offset, address) => {
    expect(addressInCidr(cidr, offset)).toBe(address)
  })

  it.each([
    ['10.0.0.0/30', 10],
    ['10.0.0.1/32', 1],
    ['255.255.255.252/30', 4],
    ['fd00::/126', 4],
  ])('refuses to leave %s', (cidr, offset) => {
    expect(codeOf(() => addressInCidr(cidr, offset))).toBe('ERR_NAME_INVALID')
  })
})

describe('the service addresses of a cluster', () => {
  it.each([
    ['10.96.0.0/12', '10.96.0.1', '10.96.0.10'],
    ['10.0.0.0/24', '10.0.0.1', '10.0.0.10'],
    ['172.16.128.64/26', '172.16.128.65', '172.16.128.74'],
    ['fd00:10:96::/112', 'fd00:10:96::1', 'fd00:10:96::a'],
  ])('in %s are %s and %s', (serviceCidr, apiserver, dns) => {
    const cluster = { ...CLUSTER, serviceCidr }
    expect([apiserverServiceAddress(cluster), dnsServiceAddress(cluster)]).toEqual([apiserver, dns])
  })
})

describe('minorVersion', () => {
  it.each([
    ['1.36', 36],
    ['1.15', 15],
    ['1.30.2', 30],
  ])('of %s is %i', (version, minor) => {
    expect(minorVersion(version)).toBe(minor)
  })
})
