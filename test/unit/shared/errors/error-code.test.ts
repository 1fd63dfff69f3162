import { describe, expect, it } from 'vitest'
import { ERROR_CODES, isErrorCode } from '@easycerts/shared/errors'

const rows = Object.entries(ERROR_CODES)

// sysexits(3): EX_USAGE is 64 and EX_CONFIG is 78.
const SYSEXITS = { first: 64, last: 78 }

// The join of NixOS, whose callers know no other.
const OLD_EXIT = 1
const OF_OLD_PROGRAMS = ['ERR_APITOKEN_MALFORMED', 'ERR_NOT_ROOT']

describe('ERROR_CODES', () => {
  it.each(rows)('%s has a title, a hint, an exit code and a status', (code, row) => {
    expect(code).toMatch(/^ERR(_[A-Z][A-Z0-9]*)+$/)
    expect(row.title).toMatch(/^[A-Za-z][^.\n]+[^.\n]$/)
    expect(row.hint).toMatch(/^\S[^\n]{8,}[^.\n]$/)
    if (OF_OLD_PROGRAMS.includes(code)) expect(row.exit).toBe(OLD_EXIT)
    else {
      expect(row.exit).toBeGreaterThanOrEqual(SYSEXITS.first)
      expect(row.exit).toBeLessThanOrEqual(SYSEXITS.last)
    }
    expect(row.status).toBeGreaterThanOrEqual(400)
    expect(row.status).toBeLessThan(600)
  })

  it('gives no two codes one title', () => {
    const titles = rows.map(([, { title }]) => title)
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  })

  it.each([
    ['ERR_USAGE', 64],
    ['ERR_CSR_MALFORMED', 65],
    ['ERR_FILE_UNREADABLE', 66],
    ['ERR_USER_UNKNOWN', 67],
    ['ERR_SERVER_NOT_RUNNING', 69],
    ['ERR_INTERNAL', 70],
    ['ERR_FILE_NOT_WRITABLE', 73],
    ['ERR_STORE_UNAVAILABLE', 74],
    ['ERR_CA_UNREACHABLE', 75],
    ['ERR_PIN_MISMATCH', 76],
    ['ERR_TICKET_EXPIRED', 77],
    ['ERR_CONFIG_INVALID', 78],
  ] as const)('lets %s exit with %i, as sysexits has it', (code, exit) => {
    expect(ERROR_CODES[code].exit).toBe(exit)
  })

  it('tells a client to try again only where nothing must change first', () => {
    const retried = rows.filter(([, { retry }]) => retry).map(([code]) => code)
    expect(retried.toSorted()).toEqual([
      'ERR_ACTION_FAILED',
      'ERR_ACTION_TIMEOUT',
      'ERR_CA_TIMEOUT',
      'ERR_CA_UNREACHABLE',
      'ERR_CLOCK_BACKWARDS',
      'ERR_CLOCK_JUMPED',
      'ERR_DEADLINE_EXCEEDED',
      'ERR_ISSUER_EXPIRES_FIRST',
      'ERR_NOT_IN_USE',
      'ERR_PKCS11_UNAVAILABLE',
      'ERR_RATE_LIMITED',
      'ERR_REQUEST_TIMEOUT',
      'ERR_RESTART_WITHOUT_LEASE',
      'ERR_SERVER_NOT_RUNNING',
      'ERR_SERVER_STOPPING',
      'ERR_STORE_UNAVAILABLE',
    ])
  })
})

describe('isErrorCode', () => {
  it.each([
    ['ERR_USAGE', true],
    ['ERR_NOTHING', false],
    ['toString', false],
    ['__proto__', false],
    [64, false],
    [undefined, false],
  ])('says of %s: %s', (text, isCode) => {
    expect(isErrorCode(text)).toBe(isCode)
  })
})
