import { CfsslFailure } from '@easycerts/cfssl/protocol'
import type { Endpoint } from './endpoint.ts'
import { CFSSL_ENDPOINTS, MULTIROOTCA_ENDPOINTS } from './endpoint-table.ts'
import type { LegacyDesk } from './legacy-desk.ts'
import { TEXT_TYPE } from './legacy-reply.ts'

/** How one of cfssl's two servers speaks. */
export interface Dialect {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  /** Media type of a success. */
  readonly successType: string
  readonly wrongMethod: (method: string) => CfsslFailure
}

const byName = (endpoints: readonly Endpoint[]): ReadonlyMap<string, Endpoint> =>
  new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]))

const CFSSL_SERVE: Dialect = {
  endpoints: byName(CFSSL_ENDPOINTS),
  successType: 'application/json',
  wrongMethod: (method) => new CfsslFailure(405, 405, `Method is not allowed:"${method}"`),
}

/** One code for all failures, and JSON under the name of text. */
const MULTIROOTCA: Dialect = {
  endpoints: byName(MULTIROOTCA_ENDPOINTS),
  successType: TEXT_TYPE,
  wrongMethod: () => new CfsslFailure(405, 1, 'only POST is permitted'),
}

/** Roots with labels are what only multirootca has. */
export const dialectOf = ({ labels }: LegacyDesk): Dialect =>
  labels.size === 0 ? CFSSL_SERVE : MULTIROOTCA
