import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { onTermination } from '@easycerts/adapters/lifecycle'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Duration, seconds } from '@easycerts/shared/time'

const program = (stop: () => Promise<void>, deadline: Duration = seconds(10)) => {
  const source = new EventEmitter()
  const exits: number[] = []
  const errors: unknown[] = []
  const dispose = onTermination(source, {
    stop,
    deadline,
    exit: (code) => exits.push(code),
    onError: (error) => errors.push(error),
  })
  return { source, exits, errors, dispose }
}

const never = () => new Promise<void>(() => undefined)

describe('a signal to end', () => {
  it('lets the work end in order and exits with success', async () => {
    const { source, exits } = program(() => sleep(10))
    source.emit('SIGTERM', 'SIGTERM')
    expect(exits).toEqual([])
    await sleep(50)
    expect(exits).toEqual([0])
  })

  it('exits at once when it comes a second time, but not for the echo of the first', () => {
    vi.useFakeTimers()
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { source, exits } = program(never)
    source.emit('SIGINT', 'SIGINT')
    source.emit('SIGINT', 'SIGINT')
    expect(exits).toEqual([])
    vi.advanceTimersByTime(600)
    source.emit('SIGINT', 'SIGINT')
    expect(exits).toEqual([130])
  })

  it('exits when the work does not end within the deadline', async () => {
    const { source, exits } = program(never, 20 as Duration)
    source.emit('SIGTERM', 'SIGTERM')
    await sleep(60)
    expect(exits).toEqual([143])
  })

  it('exits with the code of the error that came of stopping', async () => {
    const failure = new EasycertsError('ERR_STORE_UNAVAILABLE', 'disk full')
    for (const [error, code] of [
      [failure, failure.exitCode],
      [new Error('boom'), 70],
    ] as const) {
      const { source, exits, errors } = program(() => Promise.reject(error))
      source.emit('SIGINT', 'SIGINT')
      await sleep(5)
      expect([exits, errors]).toEqual([[code], [error]])
    }
  })

  it('is not heard any more after the watch has ended', () => {
    const { source, dispose } = program(never)
    dispose()
    expect(source.emit('SIGTERM', 'SIGTERM')).toBe(false)
  })
})
