import { format, inspect } from 'node:util'
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
