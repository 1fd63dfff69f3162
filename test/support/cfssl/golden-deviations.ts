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
const SUCCESS = { status: 200, says: /BEGIN CERTIFICATE/ }

export const GOLDEN_DEVIATIONS: Readonly<Record<string, GoldenDeviation>> = {
  'a018-sign-garbage-der': {
    why: 'the code says it; the text is that of our reader of DER, not of Go’s',
    status: 400,
    says: /"code":9003,"message":"certificate request: malformed DER: expected certification request"/,
  },
  'a042-authsign-client-backdate': {
    why: 'a certificate does not begin before its CA (RFC 5280 §6.1.3), made eleven minutes ago',
    ...SUCCESS,
    onlyValidity: true,
  },
  'a064-fixed': {
    why: 'a certificate neither begins before its CA nor outlives it (RFC 5280 §6.1.3)',
    ...SUCCESS,
    onlyValidity: true,
  },
  'a065-lint-fail': {
    why: 'lint_error_level breaks every request in cfssl itself; here everything is linted always',
    ...SUCCESS,
  },
  'b004-newkey-p521': {
    why: 'keys on P-521 are certified for nobody by this CA',
    status: 400,
    says: /"code":2400,"message":"invalid curve"/,
  },
  'b015-newcert-norequest': {
    why: 'a certificate without a subject and without a name says nothing of anybody',
    status: 400,
    says: /"code":5300,"message":"Policy violation request"/,
  },
  'b023-initca-default': {
    why: 'RSA signs with SHA-256 here, whatever the length of the key',
    ...SUCCESS,
  },
  'b091-root': {
    why: 'the page loads its scripts from elsewhere; it is as with -disable /',
    ...NOT_FOUND,
  },
  'b096-bundle-page': { why: 'the same page', ...NOT_FOUND },
}
