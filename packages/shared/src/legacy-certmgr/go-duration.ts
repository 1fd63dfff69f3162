import { EasycertsError } from '../errors/index.ts'
import type { Duration } from '../time/index.ts'

/** In nanoseconds; ParseDuration takes both spellings of the micro sign. */
const UNITS = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['μs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
])
const NANOSECONDS = 1e6

/** Go keeps a duration in 64 bits with a sign: some 292 years. */
const MAX_NANOSECONDS = 2 ** 63

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g
const WHOLE = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const MAX_LENGTH = 64

/**
 * '72h', '1h30m', '1.5h', '0': what time.ParseDuration of Go takes, but nothing negative; rounded to
 * milliseconds. ERR_DURATION_INVALID.
 */
export const parseGoDuration = (text: string): Duration => {
  const digits = text.startsWith('+') ? text.slice(1) : text
  if (digits === '0') return 0 as Duration
  if (digits.length > MAX_LENGTH || !WHOLE.test(digits)) throw invalid(text)
  let nanoseconds = 0
  for (const [, count, unit] of digits.matchAll(PART))
    nanoseconds += Number(count) * (UNITS.get(unit ?? '') ?? Number.NaN)
  if (!(nanoseconds < MAX_NANOSECONDS)) throw invalid(text)
  return durationOfNanoseconds(nanoseconds)
}

export const durationOfNanoseconds = (nanoseconds: number): Duration =>
  Math.round(nanoseconds / NANOSECONDS) as Duration

const invalid = (text: string) =>
  new EasycertsError('ERR_DURATION_INVALID', `"${text.slice(0, 40)}" is not a duration of Go`, {
    hint: 'write hours, minutes and seconds: 72h, 1h30m, 90s; Go knows no days',
  })
