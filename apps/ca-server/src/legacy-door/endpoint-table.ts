import type { Endpoint } from './endpoint.ts'
import { healthEndpoint } from './endpoints/health.ts'

/** Every endpoint of `cfssl serve`. */
export const CFSSL_ENDPOINTS: readonly Endpoint[] = [healthEndpoint]
