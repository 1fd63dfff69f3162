import { days } from '@easycerts/shared/time'

/** What ends first if nothing is renewed any more, as when the CA stays away. */
export interface FirstOutage {
  readonly name: string
  readonly at: Date
  /** Whole days until then; 0 on the last day and after the end. */
  readonly days: number
}

/** Undefined where nothing is on the disk that could end. */
export const firstOutageOf = (
  certificates: readonly { readonly name: string; readonly notAfter?: Date }[],
  now: Date,
): FirstOutage | undefined => {
  const [first] = certificates
    .flatMap(({ name, notAfter }) => (notAfter ? [{ name, at: notAfter }] : []))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
  if (!first) return undefined
  const left = Math.floor((first.at.getTime() - now.getTime()) / days(1))
  return { ...first, days: Math.max(0, left) }
}

/** Its line in status. */
export const outageLine = (
  { name, at, days: left }: FirstOutage,
  until: (instant: Date | undefined) => string,
): string => {
  const rest = until(at)
  if (rest.startsWith('-')) return `outage    ${name} ended ${rest.slice(1)} ago`
  const count = left === 1 ? '1 day' : `${left} days`
  return `outage    ${count} until the first if the CA stays down: ${name}, in ${rest}`
}
