import type { Certificate } from './certificate.ts'

/**
 * Whether one certificate of an issuer of ours is newer than another. Two of one second differ by
 * their serial numbers, which begin with the millisecond; of equal ones neither is newer.
 */
export const isIssuedAfter = (
  one: Pick<Certificate, 'validity' | 'serialNumber'>,
  other: Pick<Certificate, 'validity' | 'serialNumber'>,
): boolean => {
  const [begun, otherBegun] = [one.validity.notBefore, other.validity.notBefore]
  return begun.getTime() === otherBegun.getTime()
    ? one.serialNumber > other.serialNumber
    : begun > otherBegun
}
