import { randomBytes } from 'node:crypto'
import { Secret } from '@easycerts/shared/encoding'
import type { Ticket } from '@easycerts/shared/ticket'
import type { Forged } from './forge-certificate.ts'

/** A ticket that pins one CA and names these endpoints. */
export const ticketFor = (anchor: Forged, ...endpoints: readonly string[]): Ticket => ({
  id: 'abcdefghjkmn',
  pins: [anchor.certificate.pin],
  endpoints,
  seed: new Secret(randomBytes(32)),
})
