import { reasonOfCode, type RevocationReason } from '@easycerts/shared/revocation'

/**
 * cfssl's names of reasons by their codes (RFC 5280 §5.3.1), which it takes in any case. 7 has no
 * name and yet is taken as a number.
 */
const CODES: ReadonlyMap<string, number> = new Map([
  ['unspecified', 0],
  ['keycompromise', 1],
  ['cacompromise', 2],
  ['affiliationchanged', 3],
  ['superseded', 4],
  ['cessationofoperation', 5],
  ['certificatehold', 6],
  ['removefromcrl', 8],
  ['privilegewithdrawn', 9],
  ['aacompromise', 10],
])

/** As cfssl reads it: a name, one digit that is not 0, or nothing; undefined for anything else. */
export const revocationCodeOf = (text: string): number | undefined => {
  if (text === '') return 0
  return /^[1-9]$/.test(text) ? Number(text) : CODES.get(text.toLowerCase())
}

/**
 * The reason that is recorded for a code. What only sets a certificate aside for a while, or has no
 * meaning, is a revocation for good here, and without a reason.
 */
export const recordedReasonOf = (code: number): RevocationReason =>
  reasonOfCode(code) ?? 'unspecified'
