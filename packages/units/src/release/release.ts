import { EasycertsError } from '@easycerts/shared/errors'

declare const releaseBrand: unique symbol
/** A minor release of Kubernetes as people write it: '0.19', '1.36'. */
export type Release = string & { readonly [releaseBrand]: true }

const FORMAT = /^(0|1)\.(0|[1-9]\d?)$/

export const isRelease = (text: string): text is Release => FORMAT.test(text)

/** ERR_NAME_INVALID for anything but '0.N' and '1.N'. */
export const parseRelease = (text: string): Release => {
  if (!isRelease(text))
    throw new EasycertsError('ERR_NAME_INVALID', `"${text.slice(0, 20)}" is not a release`, {
      hint: 'write major and minor version of Kubernetes: 1.36',
    })
  return text
}

// No minor version has reached three digits.
const MINORS_PER_MAJOR = 100

const ordinalOf = (release: string): number => {
  const [major = 0, minor = 0] = release.split('.').map(Number)
  return major * MINORS_PER_MAJOR + minor
}

/** Negative if `a` came before `b`. */
export const compareReleases = (a: string, b: string): number => ordinalOf(a) - ordinalOf(b)

export const isAtLeast = (release: Release, first: string): boolean =>
  compareReleases(release, first) >= 0

/** In which releases something holds; an end that is left out is open. */
export interface ReleaseRange {
  readonly since?: string
  /** The first release in which it holds no more. */
  readonly before?: string
}

export const isWithin = (release: Release, { since, before }: ReleaseRange): boolean =>
  (since === undefined || isAtLeast(release, since)) &&
  (before === undefined || !isAtLeast(release, before))
