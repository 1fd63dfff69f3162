import type { PublicKeyPin } from '@easycerts/shared/key'
import { parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'

/** The ticket's format has room for so many. */
const MAX_PINS = 8

/**
 * Pins of every enrolment issuer that is still good, the one that signs first: a ticket made today
 * is worth as much after the next one, prepared already, has begun to sign.
 */
export const livingEnrolmentPins = async ({
  store,
  issuers,
  clock,
}: Pick<Authority, 'store' | 'issuers' | 'clock'>): Promise<readonly PublicKeyPin[]> => {
  const rows = await store.read((reading) => reading.listIssuers())
  const living = rows.filter(
    ({ purpose, certificate }) =>
      purpose === 'enrolment' && parseCertificate(certificate).validity.notAfter > clock(),
  )
  const newestFirst = living.map(({ pin }) => pin).toReversed()
  return [...new Set([issuers.enrolment.pin, ...newestFirst])].slice(0, MAX_PINS)
}
