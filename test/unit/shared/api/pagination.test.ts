import { formatCursor, nextOfFullPage, pageQuery, parseCursor } from '@easycerts/shared/api'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../../support/to-throw-code.ts'

const query = v.strictObject(pageQuery)

describe('a cursor', () => {
  it.each([
    [[5], ['number']],
    [['worker-1'], ['string']],
    [
      ['2030-01-01T00:00:00.000Z', 7],
      ['string', 'number'],
    ],
    [['ünïcode \u0000 "quoted"'], ['string']],
  ] as const)('holds the keys %j', (keys, kinds) => {
    const cursor = formatCursor(keys)
    expect(parseCursor(cursor, kinds)).toEqual(keys)
    expect(v.safeParse(query, { after: cursor }).success).toBe(true)
  })

  it.each([
    ['of another order', formatCursor([5]), ['string']],
    ['with too few keys', formatCursor([5]), ['number', 'number']],
    ['with too many keys', formatCursor([5, 6]), ['number']],
    ['with a fraction', formatCursor([0.5]), ['number']],
    ['that holds an object', Buffer.from('[{}]').toString('base64url'), ['number']],
    ['that is no JSON', 'abc', ['number']],
    ['that is empty', '', ['number']],
  ] as const)('is refused %s', (_title, cursor, kinds) => {
    expect(codeOf(() => parseCursor(cursor, kinds))).toBe('ERR_BODY_INVALID')
  })
})

describe('the query of a page', () => {
  it.each(['1', '999', '1000'])('takes a limit of %s', (limit) => {
    expect(v.parse(query, { limit }).limit).toBe(limit)
  })

  it.each(['0', '01', '1001', '-1', '1.0', '1e2', ' 1', ''])('refuses a limit of "%s"', (limit) => {
    expect(v.safeParse(query, { limit }).success).toBe(false)
  })

  it('has a limit of 1000 where none is given', () => {
    expect(v.parse(query, {}).limit).toBe('1000')
  })
})

describe('the next page', () => {
  it('begins behind the last row of a full one', () => {
    expect(nextOfFullPage(['a', 'b'], 2, (row) => [row])).toBe(formatCursor(['b']))
  })

  it('is none after one that is not full', () => {
    expect(nextOfFullPage(['a'], 2, (row) => [row])).toBeNull()
    expect(nextOfFullPage([], 2, (row: string) => [row])).toBeNull()
  })
})
