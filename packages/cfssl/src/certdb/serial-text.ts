import type { SerialNumber } from '@easycerts/shared/x509'

/** 159 bits have 48 digits; what clients sent themselves may be longer. */
const DECIMAL = /^\d{1,100}$/

/** As cfssl writes serial numbers: decimal. */
export const decimalSerial = (serialNumber: SerialNumber): string =>
  BigInt(`0x${serialNumber}`).toString()

/** Undefined for what is no number, or not as cfssl would write it. */
export const serialOfDecimal = (text: string): SerialNumber | undefined => {
  if (!DECIMAL.test(text)) return undefined
  const hex = BigInt(text).toString(16)
  return hex.padStart(hex.length + (hex.length % 2), '0') as SerialNumber
}
