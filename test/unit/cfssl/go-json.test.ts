import {
  GoJsonError,
  GoObject,
  readGoJson,
  readGoObject,
  sortedKeys,
  writeGoJson,
} from '@easycerts/cfssl/go-json'
import { describe, expect, it } from 'vitest'

const objectOf = (text: string, goType = 'jsonRequest'): GoObject =>
  new GoObject(readGoObject(text, goType), goType)

const failureOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof GoJsonError) return error.message
    throw error
  }
  throw new TypeError('nothing failed')
}

describe('JSON as Go reads it', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['[', 'unexpected end of JSON input'],
    ['{"x":', 'unexpected end of JSON input'],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['{nope}', "invalid character 'n' looking for beginning of object key string"],
    ['{} {}', "invalid character '{' after top-level value"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 2}', "invalid character '2' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['"\u0001"', String.raw`invalid character '\u0001' in string literal`],
    [String.raw`"\x"`, "invalid character 'x' in string escape code"],
    [String.raw`"\u12g4"`, String.raw`invalid character 'g' in \u hexadecimal character escape`],
    ["'a'", String.raw`invalid character '\'' looking for beginning of value`],
    ['01', "invalid character '1' after top-level value"],
  ])('says of %j what Go says', (text, said) => {
    expect(failureOf(() => readGoJson(text))).toBe(said)
  })

  it('keeps the digits of a number that no number of JavaScript holds', () => {
    const digits = '554204943504457718845138489479872137027950777407'
    expect(objectOf(`{"serial":${digits}}`).number('serial')).toBe(digits)
  })

  it('finds a field in any case, and the last of several', () => {
    const object = objectOf('{"Profile":"a","PROFILE":"b","other":1}')
    expect(object.text('profile')).toBe('b')
  })

  it('lets null leave a field as it was', () => {
    const object = objectOf('{"hosts":null,"profile":"a","profile":null}')
    expect(object.texts('hosts')).toBeUndefined()
    expect(object.text('profile')).toBe('a')
  })

  it('tells an empty list from none', () => {
    expect(objectOf('{"hosts":[]}').texts('hosts')).toEqual([])
  })

  it('names the field and the type that it would have filled', () => {
    const object = objectOf('{"request":{"a":1}}', 'AuthenticatedRequest')
    expect(failureOf(() => object.text('request'))).toBe(
      'json: cannot unmarshal object into Go struct field AuthenticatedRequest.request of type string',
    )
    expect(failureOf(() => objectOf('7'))).toBe(
      'json: cannot unmarshal number into Go value of type jsonRequest',
    )
  })

  it('goes no deeper than anything of cfssl is', () => {
    expect(failureOf(() => readGoJson('['.repeat(100_000)))).toBe('exceeded max depth')
  })
})

describe('JSON as Go writes it', () => {
  it('escapes what could end a script', () => {
    expect(writeGoJson({ a: '<nil> & \u2028' })).toBe(
      String.raw`{"a":"\u003cnil\u003e \u0026 \u2028"}`,
    )
  })

  it('orders the keys of a map by their octets', () => {
    expect(writeGoJson(sortedKeys({ sums: 1, certificate: 2 }))).toBe('{"certificate":2,"sums":1}')
  })
})
