import { describe, expect, it } from 'vitest'
import { decideExpiration, oldestBackupAllowed } from '@easycerts/shared/renewal'
import { addDuration, days, hours } from '@easycerts/shared/time'

const NOW = new Date('2030-01-01T00:00:00Z')

/** A life in days, and what is left of it. */
const validity = (life: number, left: number) => ({
  notBefore: addDuration(NOW, days(left) - days(life)),
  notAfter: addDuration(NOW, days(left)),
})

describe('decideExpiration', () => {
  it.each([
    ['an issuer with years to go', 3650, 2000, 'ok'],
    ['an issuer just beyond the limit', 3650, 30, 'ok'],
    ['an issuer within the limit', 3650, 29, 'near'],
    ['a certificate of a month at two thirds of its life', 30, 10, 'ok'],
    ['a certificate of a month in its last quarter', 30, 7, 'near'],
    ['a kubeconfig of eight hours with six to go', 1 / 3, 1 / 4, 'ok'],
    ['what ended yesterday', 30, -1, 'expired'],
  ] as const)('calls %s (%f days, %f left) %s', (_what, life, left, state) => {
    expect(decideExpiration(validity(life, left), NOW, days(30))).toBe(state)
  })
})

describe('oldestBackupAllowed', () => {
  it('lets one backup be missed, and says nothing where none is scheduled', () => {
    expect(oldestBackupAllowed(NOW, hours(24))).toEqual(addDuration(NOW, hours(-48)))
    expect(oldestBackupAllowed(NOW, undefined)).toBeUndefined()
  })
})
