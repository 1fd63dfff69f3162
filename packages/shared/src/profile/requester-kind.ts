/**
 * Who may come to the CA. ticket: a machine that joins; node: with its identity; operator: over the
 * socket on the CA host; operator-certificate: over mutual TLS; legacy: a key of the cfssl API.
 */
export const REQUESTER_KINDS = [
  'ticket',
  'node',
  'operator',
  'operator-certificate',
  'legacy',
  'ca-server',
] as const

export type RequesterKind = (typeof REQUESTER_KINDS)[number]
