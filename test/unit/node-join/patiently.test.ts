import { describe, expect, it } from 'vitest'
import { EasycertsError } from '@easycerts/shared/errors'
import { patiently } from '../../../apps/node-join/src/steps/patiently.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const limited = (retryAfter?: number) =>
  new EasycertsError('ERR_RATE_LIMITED', 'too many', retryAfter === undefined ? {} : { retryAfter })

/** Fails with these, one after the other, then gives 'done'. */
const failing = (...errors: Error[]) => {
  let calls = 0
  const work = () => {
    const error = errors[calls++]
    return error ? Promise.reject(error) : Promise.resolve('done')
  }
  return { work, calls: () => calls }
}

describe('a wish that the CA puts off', () => {
  it('is repeated after the wait that it asks for', async () => {
    const { work, calls } = failing(limited(20), limited(1))
    const began = performance.now()
    await expect(patiently(new AbortController().signal, work)).resolves.toBe('done')
    expect(calls()).toBe(3)
    expect(performance.now() - began).toBeGreaterThanOrEqual(20)
  })

  it('ends with the time that the join has', async () => {
    const bound = new AbortController()
    const { work } = failing(limited(600_000))
    const waiting = patiently(bound.signal, work)
    bound.abort()
    await expect(waiting).rejects.toThrow()
  })

  it.each([
    ['another refusal', new EasycertsError('ERR_NODE_EXISTS', 'there')],
    ['an overload without a time', limited()],
    ['an absence', new EasycertsError('ERR_CA_UNREACHABLE', 'gone', { retryAfter: 1 })],
  ])('is not repeated for %s', async (_title, error) => {
    const { work, calls } = failing(error)
    expect(await codeOfAsync(patiently(new AbortController().signal, work))).toBe(error.code)
    expect(calls()).toBe(1)
  })
})
