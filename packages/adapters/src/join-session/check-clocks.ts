import { EasycertsError } from '@easycerts/shared/errors'
import { describeDuration, minutes } from '@easycerts/shared/time'
import { findOutOfDate, type PinnedPath } from '@easycerts/shared/x509'
import type { ServerTime } from './ask-server-time.ts'

/** More than this, and certificates made now would look expired or not yet valid here. */
const MAX_OFFSET = minutes(5)

/**
 * The dates of the path count at the server's time, so that a wrong local clock is told as such.
 * ERR_CHAIN_INVALID if they are over even then; ERR_CLOCK_WRONG says by how much ours is off.
 */
export const checkClocks = ({ path }: PinnedPath, { serverTime, offset }: ServerTime): void => {
  const outOfDate = findOutOfDate(path, serverTime)
  if (outOfDate)
    throw new EasycertsError(
      'ERR_CHAIN_INVALID',
      outOfDate.validity.notAfter < serverTime
        ? `a certificate of the server ended at ${outOfDate.validity.notAfter.toISOString()}`
        : `a certificate of the server begins at ${outOfDate.validity.notBefore.toISOString()}`,
    )
  if (Math.abs(offset) > MAX_OFFSET)
    throw new EasycertsError('ERR_CLOCK_WRONG', describeOffset(offset))
}

/** "this machine's clock is 1d 2h ahead of the CA's" */
export const describeOffset = (offset: number): string =>
  `this machine's clock is ${describeDuration(Math.abs(offset))} ${offset < 0 ? 'behind' : 'ahead of'} the CA's`
