/** Where we answer otherwise than cfssl on purpose. */
export interface GoldenDeviation {
  readonly why: string
  readonly status: number
  /** Of the body. */
  readonly says: RegExp
}

const NOT_FOUND = { status: 404, says: /^404 page not found\n$/ }

export const GOLDEN_DEVIATIONS: Readonly<Record<string, GoldenDeviation>> = {
  'b091-root': {
    why: 'the page loads its scripts from elsewhere; it is as with -disable /',
    ...NOT_FOUND,
  },
  'b096-bundle-page': { why: 'the same page', ...NOT_FOUND },
}
