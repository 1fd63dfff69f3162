/** Where we answer otherwise than cfssl on purpose. */
export interface GoldenDeviation {
  readonly why: string
  readonly status: number
  /** Of the body. */
  readonly says: RegExp
  /** All but these is cfssl's. */
  readonly onlyValidity?: true
}

const NOT_FOUND = { status: 404, says: /^404 page not found\n$/ }

/** What lies outside its issuer's life, no verifier accepts at that time. */
const INSIDE_ISSUER = {
  why: 'no certificate is good before or after its issuer',
  status: 200,
  says: /BEGIN CERTIFICATE/,
  onlyValidity: true,
} as const

export const GOLDEN_DEVIATIONS: Readonly<Record<string, GoldenDeviation>> = {
  'a018-sign-garbage-der': {
    why: 'the words are those of our parser, the code is that of cfssl',
    status: 400,
    says: /"code":9003,"message":"certificate request: malformed DER/,
  },
  'a042-authsign-client-backdate': INSIDE_ISSUER,
  'a064-fixed': INSIDE_ISSUER,
  'a065-lint-fail': {
    why: 'cfssl’s lint refuses every request since Go 1.17; ours looks',
    status: 200,
    says: /BEGIN CERTIFICATE/,
  },
  'b004-newkey-p521': {
    why: 'this CA certifies no key of P-521',
    status: 400,
    says: /"code":2400,"message":"invalid curve"/,
  },
  'b015-newcert-norequest': {
    why: 'nobody is nobody',
    status: 400,
    says: /"code":400,"message":"not authorised"/,
  },
  'b091-root': {
    why: 'the page loads its scripts from elsewhere; it is as with -disable /',
    ...NOT_FOUND,
  },
  'b096-bundle-page': { why: 'the same page', ...NOT_FOUND },
}
