import { lintRule } from '../lint-rule.ts'

const MAX_OCTETS = 20

export const serialNumberSize = lintRule({
  name: 'serial-number-size',
  requires: 'serial number positive, of 1 to 20 octets',
  source: 'RFC 5280 §4.1.2.2',
  findFault: ({ read: { serialNumber } }) => {
    if (serialNumber === '00') return 'serial number is zero'
    // A first bit that is set costs one more octet, or the number would be negative.
    const octets = serialNumber.length / 2 + (serialNumber >= '8' ? 1 : 0)
    return octets <= MAX_OCTETS ? undefined : `serial number takes ${octets} octets`
  },
})
