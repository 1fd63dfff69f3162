import type { Endpoint } from './endpoint.ts'
import { bundleEndpoint } from './endpoints/bundle.ts'
import { certaddEndpoint } from './endpoints/certadd.ts'
import { certinfoEndpoint } from './endpoints/certinfo.ts'
import { crlEndpoint } from './endpoints/crl.ts'
import { gencrlEndpoint } from './endpoints/gencrl.ts'
import { healthEndpoint } from './endpoints/health.ts'
import { ocspsignEndpoint } from './endpoints/ocspsign.ts'
import { revokeEndpoint } from './endpoints/revoke.ts'
import { scanEndpoint } from './endpoints/scan.ts'
import { scaninfoEndpoint } from './endpoints/scaninfo.ts'

/** Every endpoint of `cfssl serve`. */
export const CFSSL_ENDPOINTS: readonly Endpoint[] = [
  bundleEndpoint,
  certaddEndpoint,
  certinfoEndpoint,
  crlEndpoint,
  gencrlEndpoint,
  healthEndpoint,
  ocspsignEndpoint,
  revokeEndpoint,
  scanEndpoint,
  scaninfoEndpoint,
]
