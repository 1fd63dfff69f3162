import type { Flag } from './flag.ts'
import type { StackFacts } from './stack-facts.ts'

/** Profile of the aggregator's certificate, and its common name. */
export const FRONT_PROXY_CLIENT = 'front-proxy-client'

/** Whose word on a user, given in headers, is believed: an empty list of names would be anyone's. */
export const requestHeaderTrust = ({ paths }: StackFacts): readonly Flag[] => [
  ['requestheader-client-ca-file', paths.bundlePath('front-proxy')],
  ['requestheader-allowed-names', FRONT_PROXY_CLIENT],
  ['requestheader-username-headers', 'X-Remote-User'],
  ['requestheader-group-headers', 'X-Remote-Group'],
  ['requestheader-extra-headers-prefix', 'X-Remote-Extra-'],
]
