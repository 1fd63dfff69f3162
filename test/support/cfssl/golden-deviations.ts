/** A recorded exchange that is wanted otherwise here. */
export interface Deviation {
  readonly why: string
  /** What is answered instead, without what changes each time; left out: the same. */
  readonly status?: number
  readonly body?: string
  /** The certificate says something else, which `why` names. */
  readonly differs?: true
}

const failure = (code: number, message: string): string =>
  `{"success":false,"result":null,"errors":[{"code":${code},"message":${JSON.stringify(message)}}],"messages":[]}\n`

/** By name of the exchange; whatever stands here is asserted too. */
export const GOLDEN_DEVIATIONS: Readonly<Record<string, Deviation>> = {
  'a018-sign-garbage-der': {
    why: 'the code says it; the text is that of our reader of DER, not of Go’s',
    body: failure(
      9003,
      'certificate request: malformed DER: expected certification request',
    ),
  },
  'a042-authsign-client-backdate': {
    why: 'a certificate that is backdated to before its CA is refused by verifiers until its CA began',
    differs: true,
  },
  'a064-fixed': {
    why: 'a certificate neither begins before its CA nor outlives it (RFC 5280 §6.1.3)',
    differs: true,
  },
  'a065-lint-fail': {
    why: 'lint_error_level breaks every request in cfssl itself; here everything is linted always',
    status: 200,
    body: '{"success":true,"result":{"certificate":"<CERTIFICATE>"},"errors":[],"messages":[]}\n',
  },
  'b004-newkey-p521': {
    why: 'keys on P-521 are certified for nobody by this CA',
    status: 400,
    body: failure(2400, 'invalid curve'),
  },
  'b015-newcert-norequest': {
    why: 'a certificate without a subject and without a name says nothing of anybody',
    status: 400,
    body: failure(5300, 'Policy violation request'),
  },
  'b023-initca-default': {
    why: 'RSA signs with SHA-256 here, whatever the length of the key',
    differs: true,
  },
}
