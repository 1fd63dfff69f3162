import { describe, expect, it } from 'vitest'
import {
  EasycertsError,
  ERROR_CODES,
  type ErrorCode,
  errorOfProblem,
  problemOf,
  reasonOf,
  wrapError,
} from '@easycerts/shared/errors'

const codes = Object.keys(ERROR_CODES) as ErrorCode[]
const thrownBySystem = (code: string, message: string) =>
  Object.assign(new Error(message), { code })

describe('problemOf', () => {
  it('writes a failure as RFC 9457 has it', () => {
    const error = new EasycertsError('ERR_TICKET_EXPIRED', 'the ticket expired at noon')
    expect(problemOf(error, 'req-1')).toEqual({
      type: 'urn:easycerts:error:ticket-expired',
      title: 'expired ticket',
      status: 401,
      code: 'ERR_TICKET_EXPIRED',
      detail: 'the ticket expired at noon',
      hint: ERROR_CODES.ERR_TICKET_EXPIRED.hint,
      instance: 'req-1',
    })
  })

  it.each([
    ['a foreign error', thrownBySystem('EACCES', "EACCES: open '/var/lib/ca/etcd.key'")],
    ['a text', 'SQLITE_FULL: /var/lib/ca/ca.db'],
    ['an object that looks like ours', { code: 'ERR_USAGE', message: 'ca.db', hint: 'ca.db' }],
    ['nothing', undefined],
  ])('shows nothing of %s', (_, error) => {
    const problem = problemOf(error)
    expect(problem).toMatchObject({ code: 'ERR_INTERNAL', status: 500 })
    expect(JSON.stringify(problem)).not.toMatch(/var|ca\.db|EACCES|SQLITE|stack/)
  })

  it('never shows the cause of a failure', () => {
    const cause = new Error('passphrase hunter2')
    const problem = problemOf(new EasycertsError('ERR_STORE_UNAVAILABLE', 'no room', { cause }))
    expect(JSON.stringify(problem)).not.toContain('hunter2')
  })
})

describe('errorOfProblem', () => {
  it.each(codes)('brings %s back over the wire with its exit code and hint', (code) => {
    const sent = new EasycertsError(code, 'of worker-1', { hint: 'ask the operator' })
    const received = errorOfProblem(JSON.parse(JSON.stringify(problemOf(sent))))
    expect([received.code, received.message, received.hint, received.exitCode]).toEqual([
      code,
      'of worker-1',
      'ask the operator',
      sent.exitCode,
    ])
  })

  it.each([
    ['no object', 'forbidden'],
    ['nothing', null],
    ['a problem of somebody else', { title: 'Bad Gateway', status: 502 }],
    ['a code that is not ours', { ...problemOf(undefined), code: 'toString' }],
    ['a detail that is no text', { ...problemOf(undefined), detail: { $gt: '' } }],
  ])('calls an answer that is %s unexpected', (_, body) => {
    expect(errorOfProblem(body).code).toBe('ERR_CA_REPLY_INVALID')
  })

  it('lets no control character of the answer reach a terminal', () => {
    const escape = '\u001b[2J\u009b1A\r\nroot# '
    const body = { ...problemOf(undefined), detail: `a${escape}b`, hint: `c${escape}d` }
    const { message, hint } = errorOfProblem(body)
    expect(`${message}${hint}`).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('EasycertsError', () => {
  it('takes status, exit code and hint from the catalogue', () => {
    const error = new EasycertsError('ERR_CA_TIMEOUT', 'no answer from https://ca:8443')
    expect([error.status, error.exitCode, error.retry, error.hint]).toEqual([
      502,
      75,
      true,
      ERROR_CODES.ERR_CA_TIMEOUT.hint,
    ])
  })
})

describe('wrapError', () => {
  it('leaves a failure that has a code as it is', () => {
    const error = new EasycertsError('ERR_FILE_UNSAFE', 'a link')
    expect(wrapError('ERR_INTERNAL', 'writing', error)).toBe(error)
  })

  it('gives any other a code and keeps it as the cause', () => {
    const cause = thrownBySystem('ENOSPC', 'ENOSPC: no space left on device, write')
    const wrapped = wrapError('ERR_FILE_NOT_WRITABLE', 'ca.crt cannot be written', cause)
    expect([wrapped.code, wrapped.cause]).toEqual(['ERR_FILE_NOT_WRITABLE', cause])
    expect(wrapped.message).toBe('ca.crt cannot be written: ENOSPC')
  })
})

describe('reasonOf', () => {
  it.each([
    [thrownBySystem('EROFS', 'EROFS: read-only file system'), 'EROFS'],
    [thrownBySystem('ERR_OSSL_EVP', 'wrong password'), 'wrong password'],
    [new Error('boom'), 'boom'],
    ['boom', 'unknown failure'],
  ])('of %s is %s', (error, reason) => {
    expect(reasonOf(error)).toBe(reason)
  })
})
