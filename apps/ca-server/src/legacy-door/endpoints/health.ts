import type { Endpoint } from '../endpoint.ts'

/** That the server answers; cfssl says no more. */
export const healthEndpoint: Endpoint = {
  name: 'health',
  method: 'GET',
  answer: () => Promise.resolve({ result: { healthy: true } }),
}
