import { setTimeout as sleepFor } from 'node:timers/promises'
import { EasycertsError } from '@easycerts/shared/errors'
import { describeDuration, minutes } from '@easycerts/shared/time'
import { type Certificate, isValidAt } from '@easycerts/shared/x509'
import type { Machine } from '../machine/index.ts'

/** A person waits for so long; the clock of a machine that is further off should be set. */
const LONGEST_WAIT = minutes(1)

type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<unknown>

const sleepOf: Sleep = (milliseconds, signal) => sleepFor(milliseconds, undefined, { signal })

/**
 * Resolves once a new certificate is valid by this machine's own clock, which is what programs here
 * go by; nothing that they would refuse is to be installed. ERR_CLOCK_WRONG.
 */
export const awaitValidity = async (
  what: string,
  { validity }: Certificate,
  { clock, signal }: Pick<Machine, 'clock' | 'signal'>,
  sleep: Sleep = sleepOf,
): Promise<void> => {
  // Twice: whoever sets the clock meanwhile is believed.
  for (const mayWait of [true, false]) {
    const now = clock()
    if (isValidAt(validity, now)) return
    const wait = validity.notBefore.getTime() - now.getTime()
    if (wait < 0) throw wrongClock(`${what} has ended ${ago(now, validity.notAfter)} ago`)
    if (wait > LONGEST_WAIT || !mayWait)
      throw wrongClock(`${what} is not valid for another ${describeDuration(wait)}`)
    await sleep(wait, signal).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error
    })
  }
}

const ago = (now: Date, instant: Date): string =>
  describeDuration(now.getTime() - instant.getTime())

const wrongClock = (reason: string) =>
  new EasycertsError('ERR_CLOCK_WRONG', `${reason}, by the clock of this machine`)
