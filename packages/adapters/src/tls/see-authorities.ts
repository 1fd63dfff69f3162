import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { type FirstFlight, readFirstFlight } from './certificate-request.ts'
import { buildClientHello } from './client-hello.ts'
import { look, type SightPoint, sniOf, type Unseen } from './tls-sight.ts'

/** What a server says of the clients that it takes. */
export type AuthoritiesSight =
  /** DER of the names of the CAs; none where it leaves the choice to the client. */
  | { readonly kind: 'asked'; readonly authorities: readonly Buffer[] }
  | { readonly kind: 'unasked' }
  | Unseen

/** Of a first flight: a chain of eight certificates and the names of some hundred CAs. */
const MOST_OCTETS = 131_072
/** RFC 5246 §7.2. */
const PROTOCOL_VERSION = 70

/**
 * The CAs whose clients a server takes (certificate_authorities). Only TLS 1.2 tells them without
 * encryption (RFC 8446 §4.3.2), so the handshake is begun in that version and never finished.
 */
export const seeAcceptableAuthorities = (point: SightPoint): Promise<AuthoritiesSight> =>
  look<AuthoritiesSight>(point, async (plain) => {
    plain.write(buildClientHello(randomBytes(32), sniOf(point)))
    const flight = await firstFlightOf(plain)
    if (flight.kind === 'asked' || flight.kind === 'unasked') return flight
    return { kind: 'refused', why: reasonOf(flight) }
  })

const reasonOf = (flight: FirstFlight): string => {
  if (flight.kind !== 'alert') return 'it does not speak TLS'
  return flight.description === PROTOCOL_VERSION
    ? 'it speaks no TLS 1.2, in which alone the list can be seen'
    : `it ended the handshake with the alert ${flight.description}`
}

const firstFlightOf = (plain: Socket): Promise<FirstFlight> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    plain.once('close', () => reject(new Error('it closed the connection')))
    plain.on('data', (octets: Buffer) => {
      chunks.push(octets)
      length += octets.length
      const flight = readFirstFlight(Buffer.concat(chunks))
      if (flight.kind !== 'incomplete') resolve(flight)
      else if (length > MOST_OCTETS) resolve({ kind: 'malformed' })
    })
    plain.resume()
  })
