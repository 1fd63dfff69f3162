const u16 = (number: number): Buffer => Buffer.from([number >> 8, number & 0xff])

const prefixed = (...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([u16(body.length), body])
}

const extension = (type: number, ...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([u16(type), prefixed(...parts)])

const numbers = (...values: readonly number[]): Buffer => Buffer.concat(values.map(u16))

/** ECDHE and AEAD with either kind of key, and RSA's own for old servers (RFC 5289, 7905, 5288). */
const CIPHER_SUITES = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009c]
/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 §3.3). */
const NO_RENEGOTIATION = 0x00ff
/** x25519, secp256r1, secp384r1. */
const GROUPS = [0x001d, 0x0017, 0x0018]
const SIGNATURES = [0x0403, 0x0503, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601]

/** The first octets of a client that speaks TLS 1.2 and nothing later (RFC 5246 §7.4.1.2), as one record. */
export const buildClientHello = (random: Buffer, serverName: string | undefined): Buffer => {
  const name = Buffer.from(serverName ?? '', 'latin1')
  const extensions = [
    ...(serverName === undefined ? [] : [extension(0, prefixed(Buffer.from([0]), prefixed(name)))]),
    extension(10, prefixed(numbers(...GROUPS))),
    // Uncompressed points.
    extension(11, Buffer.from([1, 0])),
    extension(13, prefixed(numbers(...SIGNATURES))),
  ]
  const hello = Buffer.concat([
    u16(0x0303),
    random,
    // No session.
    Buffer.from([0]),
    prefixed(numbers(...CIPHER_SUITES, NO_RENEGOTIATION)),
    // No compression.
    Buffer.from([1, 0]),
    prefixed(...extensions),
  ])
  const message = Buffer.concat([Buffer.from([1, 0]), u16(hello.length), hello])
  return Buffer.concat([Buffer.from([22, 3, 1]), prefixed(message)])
}
