import { describe, expect, it } from 'vitest'
import { encodeBase32, sha256, sha256Hex } from '@easycerts/shared/encoding'

describe('encodeBase32', () => {
  it('writes five bits a character and drops the tail', () => {
    expect(encodeBase32(Buffer.of(0, 0, 0, 0, 0))).toBe('22222222')
    expect(encodeBase32(Buffer.of(255, 255, 255, 255, 255))).toBe('zzzzzzzz')
    expect(encodeBase32(Buffer.of(0b00001_000, 0b01000000))).toBe('33222'.slice(0, 3))
  })

  it('has 32 characters that nobody takes for another', () => {
    const used = Array.from({ length: 32 }, (_, value) => encodeBase32(Buffer.of(value << 3)))
    expect(new Set(used).size).toBe(32)
    expect(used.join('')).not.toMatch(/[01loA-Z]/)
  })
})

describe('sha256', () => {
  it('is that of FIPS 180-4, over parts as over the whole', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(sha256Hex(Buffer.from('abc'))).toBe(abc)
    expect(sha256('a', Buffer.from('b'), 'c').toString('hex')).toBe(abc)
  })
})
