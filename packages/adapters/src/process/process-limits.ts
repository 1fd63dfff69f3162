import type { ChildProcess } from 'node:child_process'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Duration, describeDuration } from '@easycerts/shared/time'
import { hasEnded, stopGroup } from './stop-group.ts'

/** `release` ends the watch and tells why the program had to be stopped, if it had to. */
export const enforceLimits = (
  program: string,
  child: ChildProcess,
  { timeout, signal }: { readonly timeout: Duration; readonly signal?: AbortSignal },
): { release: () => EasycertsError | undefined } => {
  let failure: EasycertsError | undefined
  const stop = (reason: EasycertsError): void => {
    if (failure ?? hasEnded(child)) return
    failure = reason
    stopGroup(child)
  }
  const onAbort = (): void =>
    stop(new EasycertsError('ERR_ACTION_FAILED', `${program} was interrupted`))
  const onTimeout = (): void => {
    const message = `${program} did not end within ${describeDuration(timeout)}`
    stop(new EasycertsError('ERR_ACTION_TIMEOUT', message))
  }
  const timer = setTimeout(onTimeout, timeout)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  return {
    release: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      return failure
    },
  }
}
