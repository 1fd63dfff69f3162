import { addressBlockOf } from '@easycerts/shared/cluster'
import { describe, expect, it } from 'vitest'

describe('the block of an address', () => {
  it.each([
    ['an IPv4 address is itself', '10.0.0.1', '10.0.0.1'],
    ['IPv4 in IPv6 is that address', '::ffff:10.0.0.1', '10.0.0.1'],
    ['IPv6 is its /64', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['compressed IPv6 is its /64', '2001:db8::1', '2001:db8:0:0'],
    ['a zone does not count', 'fe80::1%eth0', 'fe80:0:0:0'],
    ['what is no address is itself', '', ''],
  ])('%s', (_title, address, block) => {
    expect(addressBlockOf(address)).toBe(block)
  })

  it('is one for all addresses that one machine may take', () => {
    expect(addressBlockOf('2001:db8::a')).toBe(addressBlockOf('2001:db8::ffff:1:2'))
    expect(addressBlockOf('2001:db8::a')).not.toBe(addressBlockOf('2001:db8:0:1::a'))
  })
})
