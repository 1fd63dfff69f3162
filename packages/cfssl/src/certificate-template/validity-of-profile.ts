import { addDuration, minutes } from '@easycerts/shared/time'
import type { Validity } from '@easycerts/shared/x509'
import type { SigningProfile } from '../signing-config/index.ts'

const BACKDATE = minutes(5)
const MINUTE = 60_000

/** The nearest minute, a half one up. */
const roundToMinute = (instant: Date): Date =>
  new Date(Math.round(instant.getTime() / MINUTE) * MINUTE)

/** What a request may choose, where it is multirootca that is asked. */
interface WishedValidity {
  readonly notBefore?: Date | undefined
  readonly notAfter?: Date | undefined
}

/**
 * As cfssl counts: from the nearest minute less the backdating, for all of the profile's expiry. A
 * request may ask for less than that, and for no more.
 */
export const validityOfProfile = (
  profile: SigningProfile,
  now: Date,
  wished: WishedValidity = {},
): Validity => {
  const start = addDuration(roundToMinute(now), 0 - (profile.backdate ?? BACKDATE))
  const ofProfile = profile.notBefore ?? start
  const longest = profile.notAfter ?? addDuration(ofProfile, profile.expiry)
  const { notAfter = longest } = wished
  return {
    notBefore: wished.notBefore ?? ofProfile,
    notAfter: notAfter < longest ? notAfter : longest,
  }
}
