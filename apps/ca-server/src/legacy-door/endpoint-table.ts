import type { Endpoint } from './endpoint.ts'
import { authsignEndpoint } from './endpoints/authsign.ts'
import { bundleEndpoint } from './endpoints/bundle.ts'
import { certaddEndpoint } from './endpoints/certadd.ts'
import { certinfoEndpoint } from './endpoints/certinfo.ts'
import { crlEndpoint } from './endpoints/crl.ts'
import { gencrlEndpoint } from './endpoints/gencrl.ts'
import { healthEndpoint } from './endpoints/health.ts'
import { infoEndpoint } from './endpoints/info.ts'
import { initCaEndpoint } from './endpoints/init-ca.ts'
import { multirootAuthsignEndpoint } from './endpoints/multiroot-authsign.ts'
import { newcertEndpoint } from './endpoints/newcert.ts'
import { newkeyEndpoint } from './endpoints/newkey.ts'
import { ocspsignEndpoint } from './endpoints/ocspsign.ts'
import { revokeEndpoint } from './endpoints/revoke.ts'
import { scanEndpoint } from './endpoints/scan.ts'
import { scaninfoEndpoint } from './endpoints/scaninfo.ts'
import { signEndpoint } from './endpoints/sign.ts'

/** Every endpoint of `cfssl serve`. */
export const CFSSL_ENDPOINTS: readonly Endpoint[] = [
  authsignEndpoint,
  bundleEndpoint,
  certaddEndpoint,
  certinfoEndpoint,
  crlEndpoint,
  gencrlEndpoint,
  healthEndpoint,
  infoEndpoint,
  initCaEndpoint,
  newcertEndpoint,
  newkeyEndpoint,
  ocspsignEndpoint,
  revokeEndpoint,
  scanEndpoint,
  scaninfoEndpoint,
  signEndpoint,
]

/** Every endpoint of multirootca. */
export const MULTIROOTCA_ENDPOINTS: readonly Endpoint[] = [infoEndpoint, multirootAuthsignEndpoint]
