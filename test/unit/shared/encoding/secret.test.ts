import { format, inspect } from 'node:util'
import { serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { Secret } from '@easycerts/shared/encoding'

const VALUE = 'hunter2-hunter2'
const secret = new Secret(VALUE)

const waysToPrint: readonly (readonly [string, () => string])[] = [
  ['String()', () => String(secret)],
  ['a template', () => `it is ${secret as unknown as string}`],
  ['concatenation', () => 'it is ' + (secret as unknown as string)],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['util.inspect', () => inspect({ deep: { secret } }, { depth: 9 })],
  ['util.inspect with all shown', () => inspect(secret, { showHidden: true, getters: true })],
  ['util.inspect without custom', () => inspect(secret, { customInspect: false })],
  ['util.format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['its keys', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)])],
  ['a copy', () => JSON.stringify(Object.assign({}, secret))],
  ['a structured clone', () => inspect(structuredClone(secret))],
  ['an error that holds it', () => inspect(new Error('no', { cause: { secret } }), { depth: 9 })],
  ['an error made of it', () => String(new Error(secret as unknown as string))],
  ['V8’s own format', () => serialize({ secret }).toString('latin1')],
  ['a locale', () => (secret as { toLocaleString(): string }).toLocaleString()],
]

describe('Secret', () => {
  it.each(waysToPrint)('is not printed by %s', (_, print) => {
    expect(print()).not.toContain(VALUE)
  })

  it('is not printed as octets either', () => {
    expect(inspect(new Secret(Buffer.from(VALUE)))).toBe('[secret]')
  })

  it('gives its value to who asks for it by name', () => {
    expect(secret.reveal()).toBe(VALUE)
  })
})

describe('a secret that is disposed of', () => {
  it('wipes its octets and is revealed no more', () => {
    const octets = Buffer.from(VALUE)
    const short = new Secret(octets)
    short.dispose()
    expect(octets.every((octet) => octet === 0)).toBe(true)
    expect(() => short.reveal()).toThrow('disposed')
    short.dispose()
  })

  it('leaves what was made of it to its own fate', () => {
    const first = new Secret('left')
    const second = first.map((text) => `${text}-right`)
    first.dispose()
    expect(inspect(second)).toBe('[secret]')
    expect(second.reveal()).toBe('left-right')
  })
})
