import { describe, expect, it } from 'vitest'
import { buildSerialNumber, isIssuedAfter, SERIAL_RANDOM_OCTETS } from '@easycerts/shared/x509'
import { addDuration, seconds, truncateToSecond } from '@easycerts/shared/time'
import { NOW } from '../../../support/sample-cluster.ts'

const SECOND = truncateToSecond(NOW)

/** A certificate of so many milliseconds after a full second, as the CA makes it. */
const issuedAt = (milliseconds: number, random = 0) => {
  const instant = new Date(SECOND.getTime() + milliseconds)
  const notBefore = truncateToSecond(instant)
  return {
    serialNumber: buildSerialNumber(instant, Buffer.alloc(SERIAL_RANDOM_OCTETS, random)),
    validity: { notBefore, notAfter: addDuration(notBefore, seconds(90)) },
  }
}

describe('isIssuedAfter', () => {
  it.each([
    ['of a later second', 1000, 0],
    ['of the same second, a millisecond later', 1, 0],
    ['of the last millisecond of a second', 999, 998],
  ])('knows the newer one: %s', (_, later, earlier) => {
    const [one, other] = [issuedAt(later, 0x00), issuedAt(earlier, 0xff)]
    expect(isIssuedAfter(one, other)).toBe(true)
    expect(isIssuedAfter(other, one)).toBe(false)
  })

  it('takes no certificate for newer than itself', () => {
    expect(isIssuedAfter(issuedAt(5), issuedAt(5))).toBe(false)
  })
})
