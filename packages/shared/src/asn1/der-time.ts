import { EasycertsError } from '../errors/index.ts'
import type { DerElement } from './der-reader.ts'
import { TAG } from './der-writer.ts'

const UTC = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
const GENERALIZED = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/

/** Time of RFC 5280 §4.1.2.5: two-digit years from 50 are of the 20th century. */
export const readTime = (element: DerElement): Date => {
  const text = element.content.toString('latin1')
  const match =
    element.tag === TAG.UTC_TIME
      ? UTC.exec(text)
      : element.tag === TAG.GENERALIZED_TIME
        ? GENERALIZED.exec(text)
        : null
  if (!match) throw new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: time')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number)
  const fullYear =
    element.tag === TAG.GENERALIZED_TIME ? year : year >= 50 ? 1900 + year : 2000 + year
  const instant = new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second))
  // Date carries over what is out of range, and takes a year below 100 for one of the 20th century.
  if (
    instant.getUTCFullYear() !== fullYear ||
    instant.getUTCMonth() !== month - 1 ||
    instant.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    throw new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: time')
  return instant
}
