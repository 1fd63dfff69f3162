import { describe, expect, it } from 'vitest'
import { formatCanonicalJson } from '@easycerts/shared/encoding'
import { formatLogEntry, type LogEntry, parseLogEntry } from '@easycerts/shared/issuance-log'
import { codeOf } from '../../../support/to-throw-code.ts'

const ENTRY: LogEntry = {
  sequence: 7,
  at: '2030-01-01T00:00:00.000Z',
  kind: 'ticket-created',
  actor: 'operator root',
  origin: { via: 'operator-socket', address: null },
  body: { ticket: 'abc', node: 'worker-1' },
  changes: [
    {
      table: 'tickets',
      key: { id: 'abc' },
      row: {
        node: 'worker-1',
        public_key: { sha256: 'ab'.repeat(32) },
        revoked_at: null,
        replace_node: 0,
      },
    },
    { table: 'nodes', key: { name: 'x' }, row: null },
  ],
}
const TEXT = formatLogEntry(ENTRY)

describe('an entry of the log', () => {
  it('is canonical JSON: names sorted, nothing between', () => {
    expect(TEXT).toBe(
      '{"actor":"operator root","at":"2030-01-01T00:00:00.000Z","body":{"node":"worker-1","ticket":"abc"},' +
        '"changes":[{"key":{"id":"abc"},"row":{"node":"worker-1","public_key":{"sha256":"' +
        'ab'.repeat(32) +
        '"},"replace_node":0,"revoked_at":null},"table":"tickets"},' +
        '{"key":{"name":"x"},"row":null,"table":"nodes"}],' +
        '"kind":"ticket-created","origin":{"address":null,"via":"operator-socket"},"sequence":7}',
    )
    expect(parseLogEntry(TEXT)).toEqual(ENTRY)
  })

  it.each([
    ['white space', `${TEXT} `],
    ['another order', JSON.stringify(ENTRY)],
    ['a field more', TEXT.replace('"sequence":7', '"sequence":7,"zeal":1')],
    ['a field twice', TEXT.replace('"sequence":7', '"sequence":8,"sequence":7')],
    ['an escape that is none', TEXT.replace('worker-1', 'worker\\u002d1')],
    ['number zero', TEXT.replace('"sequence":7', '"sequence":0')],
    ['a fraction', TEXT.replace('"sequence":7', '"sequence":7.5')],
    ['a BLOB that is no hash', TEXT.replace('ab'.repeat(32), 'ab')],
    ['a list as its body', TEXT.replace(/"body":\{[^}]*\}/, '"body":[]')],
    ['no JSON', 'entry'],
  ])('with %s is refused', (_, text) => {
    expect(codeOf(() => parseLogEntry(text))).toBe('ERR_LOG_MALFORMED')
  })
})

describe('formatCanonicalJson', () => {
  it('sorts names by UTF-16 code units, as RFC 8785 has it', () => {
    const value = { '€': 1, '\r': 2, '\ufb33': 3, '😀': 4, '\u0080': 5, ö: 6, a: 7 }
    expect(Object.keys(JSON.parse(formatCanonicalJson(value)) as object)).toEqual([
      '\r',
      'a',
      '\u0080',
      'ö',
      '€',
      '😀',
      '\ufb33',
    ])
  })

  it('leaves out what is undefined', () => {
    expect(formatCanonicalJson({ a: undefined, b: [null, true, 'x'] } as never)).toBe(
      '{"b":[null,true,"x"]}',
    )
  })

  it.each([
    ['a fraction', 0.5],
    ['a number that is none', Number.NaN],
    ['a large number', 2 ** 53],
    ['a date', new Date(0)],
    ['octets', Buffer.of(1)],
    ['a number as a name', { 10: 'x', 9: 'y' }],
    ['the name of the prototype', JSON.parse('{"__proto__": 1}')],
    ['nothing', undefined],
    ['nothing in a list', [undefined]],
    ['a bigint', 1n],
  ])('refuses %s', (_, value) => {
    expect(() => formatCanonicalJson(value as never)).toThrow(TypeError)
  })
})
