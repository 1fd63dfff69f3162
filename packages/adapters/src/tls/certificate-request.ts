/** What a server's first flight in TLS 1.2 has told so far (RFC 5246 §7.4). */
export type FirstFlight =
  /** Not all of it is there yet. */
  | { readonly kind: 'incomplete' }
  /** It asks no client for a certificate. */
  | { readonly kind: 'unasked' }
  /** DER of the names of the CAs that it takes client certificates of, in its order. */
  | { readonly kind: 'asked'; readonly authorities: readonly Buffer[] }
  | { readonly kind: 'alert'; readonly description: number }
  | { readonly kind: 'malformed' }

const ALERT = 21
const HANDSHAKE = 22
const CERTIFICATE_REQUEST = 13
const SERVER_HELLO_DONE = 14
const RECORD_HEADER = 5
const MESSAGE_HEADER = 4

/** Octets of one length-prefixed field, and what follows it; undefined if they are not all there. */
const field = (octets: Buffer, prefix: 1 | 2): readonly [Buffer, Buffer] | undefined => {
  if (octets.length < prefix) return undefined
  const end = prefix + octets.readUIntBE(0, prefix)
  return octets.length < end ? undefined : [octets.subarray(prefix, end), octets.subarray(end)]
}

/** Reads whatever has come; never fails. */
export const readFirstFlight = (heard: Buffer): FirstFlight => {
  const messages: Buffer[] = []
  let rest = heard
  while (rest.length >= RECORD_HEADER) {
    const body = field(rest.subarray(RECORD_HEADER - 2), 2)
    if (rest[0] === ALERT && body) return alertOf(body[0])
    if (rest[0] !== HANDSHAKE) return { kind: 'malformed' }
    if (!body) break
    messages.push(body[0])
    rest = body[1]
  }
  return readMessages(Buffer.concat(messages))
}

const alertOf = (body: Buffer): FirstFlight => {
  const description = body[1]
  return description === undefined ? { kind: 'malformed' } : { kind: 'alert', description }
}

const readMessages = (octets: Buffer): FirstFlight => {
  let rest = octets
  let found: FirstFlight = { kind: 'unasked' }
  while (rest.length >= MESSAGE_HEADER) {
    const end = MESSAGE_HEADER + rest.readUIntBE(1, 3)
    if (rest.length < end) break
    if (rest[0] === CERTIFICATE_REQUEST) found = readRequest(rest.subarray(MESSAGE_HEADER, end))
    if (rest[0] === SERVER_HELLO_DONE || found.kind === 'malformed') return found
    rest = rest.subarray(end)
  }
  return { kind: 'incomplete' }
}

/** CertificateRequest of RFC 5246 §7.4.4. */
const readRequest = (body: Buffer): FirstFlight => {
  const types = field(body, 1)
  const algorithms = types && field(types[1], 2)
  const names = algorithms && field(algorithms[1], 2)
  if (!names || names[1].length > 0) return { kind: 'malformed' }
  const authorities: Buffer[] = []
  for (let rest = names[0]; rest.length > 0;) {
    const name = field(rest, 2)
    if (!name) return { kind: 'malformed' }
    authorities.push(name[0])
    rest = name[1]
  }
  return { kind: 'asked', authorities }
}
