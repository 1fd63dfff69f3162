import { EasycertsError } from '../errors/index.ts'

declare const durationBrand: unique symbol
/** A length of time in milliseconds. */
export type Duration = number & { readonly [durationBrand]: true }

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const FORMAT = /^(\d{1,7})(s|m|h|d)$/

/** '90s', '15m', '72h', '30d'. Months and years are refused: they have no fixed length. */
export const parseDuration = (text: string): Duration => {
  const match = FORMAT.exec(text)
  if (!match)
    throw new EasycertsError('ERR_DURATION_INVALID', `"${text.slice(0, 40)}" is not a duration`)
  const [, count, unit] = match as unknown as [string, string, keyof typeof UNITS]
  return (Number(count) * UNITS[unit]) as Duration
}

/** Whether a text is one that `parseDuration` reads, and longer than nothing. */
export const isDuration = (text: string): boolean => FORMAT.test(text) && parseDuration(text) > 0

export const seconds = (count: number): Duration => (count * UNITS.s) as Duration
export const minutes = (count: number): Duration => (count * UNITS.m) as Duration
export const hours = (count: number): Duration => (count * UNITS.h) as Duration
export const days = (count: number): Duration => (count * UNITS.d) as Duration

/** The inverse of `parseDuration`, in the largest unit that is exact: '720h' stays '30d'. */
export const formatDuration = (duration: number): string => {
  const units = Object.entries(UNITS).reverse()
  const exact = units.find(([, size]) => duration >= size && duration % size === 0)
  return exact ? `${duration / exact[1]}${exact[0]}` : `${Math.round(duration / UNITS.s)}s`
}

/** For people: the two largest units, '29d 23h', '1m 40s'; '-' in front of what is past. */
export const describeDuration = (duration: number): string => {
  let rest = Math.round(Math.abs(duration) / UNITS.s) * UNITS.s
  const sign = duration < 0 && rest > 0 ? '-' : ''
  const parts: string[] = []
  for (const [unit, size] of Object.entries(UNITS).reverse()) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0 || parts.length > 0) parts.push(`${count}${unit}`)
  }
  return sign + (parts.slice(0, 2).join(' ') || '0s')
}
