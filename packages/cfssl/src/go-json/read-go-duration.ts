import { isEasycertsError } from '@easycerts/shared/errors'
import { parseGoDuration } from '@easycerts/shared/legacy-certmgr'
import type { Duration } from '@easycerts/shared/time'

/** A duration, or what Go's ParseDuration says of a text that is none. */
export const readGoDuration = (text: string): Duration | string => {
  try {
    return parseGoDuration(text)
  } catch (error) {
    if (isEasycertsError(error)) return complaintOf(text)
    throw error
  }
}

const PART = /^(?:\d+\.?\d*|\.\d+)([^\d.]*)/

const complaintOf = (text: string): string => {
  const quoted = JSON.stringify(text)
  let rest = text.replace(/^[+-]/, '')
  while (rest !== '') {
    const [part, unit] = PART.exec(rest) ?? []
    if (part === undefined || unit === undefined) break
    if (unit === '') return `time: missing unit in duration ${quoted}`
    if (!/^(?:ns|us|µs|μs|ms|s|m|h)$/.test(unit))
      return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`
    rest = rest.slice(part.length)
  }
  return `time: invalid duration ${quoted}`
}
