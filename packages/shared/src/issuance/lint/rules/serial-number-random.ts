import { lintRule } from '../lint-rule.ts'

/** What `buildSerialNumber` makes: 1 for positivity, 48 bits of time, 80 of randomness. */
const FORM = /^01[0-9a-f]{12}[0-9a-f]{20}$/

export const serialNumberRandom = lintRule({
  name: 'serial-number-random',
  requires: 'serial number of 01, six octets of time, and ten of randomness (at least 64 bits)',
  source: 'CA/Browser Forum Baseline Requirements §7.1',
  findFault: ({ read: { serialNumber } }) =>
    FORM.test(serialNumber) ? undefined : `serial number ${serialNumber} is not of the form`,
})
