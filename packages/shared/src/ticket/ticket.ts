import { Secret, sha256 } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import type { PublicKeyPin } from '../key/index.ts'

/** One line that gets one machine into the cluster, and nobody else. */
export interface Ticket {
  /** Public: how the operator and the server name the ticket. */
  readonly id: string
  /** URLs of the join listener, tried in order. */
  readonly endpoints: readonly string[]
  /** SHA-256 over SPKI of the CAs that the server's chain may end in. */
  readonly pins: readonly PublicKeyPin[]
  /** Seed of the Ed25519 key whose public half the server stores. */
  readonly seed: Secret<Buffer>
}

/** Version 1. Secret scanners match `ec1\.[2-9a-km-z]{12}\.[\w-]+\.[\w-]{6}`. */
const PREFIX = 'ec1'
const SHAPE = /^ec1\.([2-9a-km-z]{12})\.([A-Za-z0-9_-]{60,3200})\.([A-Za-z0-9_-]{6})$/
const SEED_OCTETS = 32
const PIN_OCTETS = 32
// Bounds of the format: counts and lengths are single octets.
const MAX_ITEMS = 8
const MAX_ENDPOINT = 255

export const TICKET_ID_OCTETS = 8

/** Four octets of SHA-256 would do; six characters tell a lost or changed character from a wrong ticket. */
const checksum = (text: string): string => sha256(text).toString('base64url').slice(0, 6)

/**
 * The line that `parseTicket` reads: `ec1.<id>.<body>.<checksum>`. It has room for eight endpoints,
 * so of more the first ones go; ERR_CONFIG_INVALID for what no ticket can carry.
 */
export const formatTicket = (ticket: Ticket): Secret<string> => {
  const endpoints = ticket.endpoints
    .slice(0, MAX_ITEMS)
    .map((endpoint) => Buffer.from(endpoint.replace(DEFAULT_PORT, ''), 'utf8'))
  const body = Buffer.concat([
    ticket.seed.reveal(),
    Buffer.of(ticket.pins.length),
    ...ticket.pins.map((pin) => Buffer.from(pin, 'hex')),
    Buffer.of(endpoints.length),
    ...endpoints.flatMap((endpoint) => [Buffer.of(endpoint.length), endpoint]),
  ])
  const head = `${PREFIX}.${ticket.id}.${body.toString('base64url')}`
  body.fill(0)
  const line = `${head}.${checksum(head)}`
  checkUsable(line)
  return new Secret(line)
}

const DEFAULT_PORT = /:443$/

const checkUsable = (line: string): void => {
  try {
    parseTicket(line)
  } catch {
    throw new EasycertsError(
      'ERR_CONFIG_INVALID',
      'a ticket cannot carry these endpoints or pins',
      {
        hint: `endpoints are https URLs of host and port, of at most ${MAX_ENDPOINT} characters`,
      },
    )
  }
}

/**
 * ERR_TICKET_MALFORMED for what is no ticket, ERR_TICKET_DAMAGED for one that lost or changed a
 * character. Never quotes its input.
 */
export const parseTicket = (line: string): Ticket => {
  const text = line.trim()
  if (!text.startsWith(`${PREFIX}.`))
    throw new EasycertsError('ERR_TICKET_MALFORMED', 'this is not a ticket')
  const [, id, body, check] = SHAPE.exec(text) ?? []
  if (
    id === undefined ||
    body === undefined ||
    check !== checksum(text.slice(0, text.lastIndexOf('.')))
  )
    throw damaged()
  const octets = Buffer.from(body, 'base64url')
  try {
    return { id, ...readBody(octets) }
  } finally {
    octets.fill(0)
  }
}

const damaged = () => new EasycertsError('ERR_TICKET_DAMAGED', 'the ticket is damaged')

const readBody = (body: Buffer): Omit<Ticket, 'id'> => {
  let offset = 0
  const take = (length: number): Buffer => {
    const octets = body.subarray(offset, (offset += length))
    if (octets.length !== length) throw damaged()
    return octets
  }
  const count = (): number => {
    const items = take(1)[0] ?? 0
    if (items < 1 || items > MAX_ITEMS) throw damaged()
    return items
  }
  const seed = new Secret(Buffer.from(take(SEED_OCTETS)))
  const pins = Array.from(
    { length: count() },
    () => take(PIN_OCTETS).toString('hex') as PublicKeyPin,
  )
  const endpoints = Array.from({ length: count() }, () =>
    parseEndpoint(take(take(1)[0] ?? 0).toString('utf8')),
  )
  if (offset !== body.length) throw damaged()
  return { seed, pins, endpoints }
}

/** An https URL with nothing but host and port; ERR_TICKET_DAMAGED otherwise. */
const parseEndpoint = (text: string): string => {
  if (text.length > MAX_ENDPOINT || !URL.canParse(text)) throw damaged()
  const url = new URL(text)
  if (url.protocol !== 'https:' || `${url.protocol}//${url.host}` !== text) throw damaged()
  return text
}
