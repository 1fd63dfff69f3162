import type { Endpoint } from './endpoint.ts'
import { authsignEndpoint } from './endpoints/authsign.ts'
import { healthEndpoint } from './endpoints/health.ts'
import { infoEndpoint } from './endpoints/info.ts'
import { initCaEndpoint } from './endpoints/init-ca.ts'
import { multirootAuthsignEndpoint } from './endpoints/multiroot-authsign.ts'
import { newcertEndpoint } from './endpoints/newcert.ts'
import { newkeyEndpoint } from './endpoints/newkey.ts'
import { signEndpoint } from './endpoints/sign.ts'

/** Every endpoint of `cfssl serve`. */
export const CFSSL_ENDPOINTS: readonly Endpoint[] = [
  healthEndpoint,
  infoEndpoint,
  authsignEndpoint,
  signEndpoint,
  newkeyEndpoint,
  newcertEndpoint,
  initCaEndpoint,
]

/** Every endpoint of multirootca. */
export const MULTIROOTCA_ENDPOINTS: readonly Endpoint[] = [infoEndpoint, multirootAuthsignEndpoint]
