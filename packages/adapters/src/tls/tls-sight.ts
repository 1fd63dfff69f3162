import { connect as connectPlain, type Socket } from 'node:net'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { ProofAddress, StarttlsKind } from '@easycerts/shared/certificate-spec'
import type { Secret } from '@easycerts/shared/encoding'
import { reasonOf } from '@easycerts/shared/errors'
import { describeDuration, type Duration } from '@easycerts/shared/time'
import { askForTls } from './starttls.ts'

/** What one connection has shown; a failure is something seen, too. */
export type TlsSight =
  /** `der`: the certificate that the server shows, unread. */
  | { readonly kind: 'shown'; readonly der: Buffer }
  /** It answered a client that has our certificate. */
  | { readonly kind: 'accepted' }
  | Unseen

/** A connection that has shown nothing. */
export type Unseen =
  /** Somebody is there and wants no such connection. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string }

/** Where to look, and for how long in all. */
export interface SightPoint {
  readonly address: ProofAddress
  readonly serverName?: string | undefined
  readonly starttls?: StarttlsKind | undefined
  readonly timeout: Duration
  readonly signal: AbortSignal
}

/** The leaf that a server shows. Nothing is trusted, and nothing of ours is sent. */
export const seeServerCertificate = (point: SightPoint): Promise<TlsSight> =>
  look<TlsSight>(point, async (plain) => {
    const shown = await shake(plain, point, {})
    return { kind: 'shown', der: shown.der }
  })

/** PEM. */
export interface ClientPair {
  readonly certificate: string
  readonly key: Secret<string>
}

/**
 * Whether an HTTP server takes a client's certificate. In TLS 1.3 a client is done before the server
 * has looked at its certificate (RFC 8446 §4.4.2.4), so only an answer counts; one of 401 is a no,
 * for kube-apiserver judges certificates above TLS.
 */
export const seeClientAccepted = (point: SightPoint, pair: ClientPair): Promise<TlsSight> =>
  look<TlsSight>(point, async (plain) => {
    const { socket } = await shake(plain, point, {
      cert: pair.certificate,
      key: pair.key.reveal(),
      ALPNProtocols: ['http/1.1'],
    })
    const status = await askVersion(socket)
    return status === UNAUTHORIZED
      ? { kind: 'refused', why: 'it answered 401 Unauthorized' }
      : { kind: 'accepted' }
  })

const UNAUTHORIZED = 401

/** One connection, one limit of time over everything, and no socket left behind. */
export const look = async <Seen>(
  { address: { host, port }, starttls, timeout, signal }: SightPoint,
  talk: (plain: Socket) => Promise<Seen>,
): Promise<Seen | Unseen> => {
  if (signal.aborted) return { kind: 'unreachable', why: 'interrupted' }
  const plain = connectPlain({ host: host.value, port })
  const state: { kind: 'unreachable' | 'refused'; givenUp?: string } = { kind: 'unreachable' }
  const giveUp = (why: string): void => {
    state.givenUp = why
    plain.destroy(new Error(why))
  }
  const timer = setTimeout(() => giveUp(`no answer within ${describeDuration(timeout)}`), timeout)
  const stop = (): void => giveUp('interrupted')
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([
      failureOf(plain),
      connected(plain).then(async () => {
        state.kind = 'refused'
        if (starttls) await askForTls(plain, starttls)
        return await talk(plain)
      }),
    ])
  } catch (error) {
    // Whatever error follows from our own end.
    return state.givenUp === undefined
      ? { kind: state.kind, why: wordsOf(error) }
      : { kind: 'unreachable', why: state.givenUp }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    plain.destroy()
  }
}

const connected = (plain: Socket): Promise<void> =>
  new Promise((resolve) => void plain.once('connect', resolve))

/** The listener stays: a late error without one would end the process. */
const failureOf = (plain: Socket): Promise<never> =>
  new Promise((_resolve, reject) => void plain.on('error', reject))

/** OpenSSL's own words are lines of numbers; its reason is the part that people can read. */
const wordsOf = (error: unknown): string =>
  error instanceof Error && 'reason' in error && typeof error.reason === 'string'
    ? error.reason
    : reasonOf(error)

/** RFC 6066 §3: literal addresses are not permitted. */
export const sniOf = ({ serverName, address: { host } }: SightPoint): string | undefined =>
  serverName ?? (host.kind === 'dns' ? host.value : undefined)

interface Shown {
  readonly socket: TLSSocket
  readonly der: Buffer
}

/** A server that asks for a certificate may refuse us after it has shown its own. */
const shake = (
  plain: Socket,
  point: SightPoint,
  pair: Pick<ConnectionOptions, 'cert' | 'key' | 'ALPNProtocols'>,
): Promise<Shown> =>
  new Promise((resolve, reject) => {
    const name = sniOf(point)
    const socket = connect({
      ...pair,
      socket: plain,
      ...(name === undefined ? {} : { servername: name }),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: false,
    })
    const shown = (): Shown | undefined => {
      const der = socket.getPeerX509Certificate()?.raw
      return der ? { socket, der } : undefined
    }
    const settle = (error: Error): void => {
      const seen = pair.cert === undefined ? shown() : undefined
      if (seen) resolve(seen)
      else reject(error)
    }
    socket.on('error', settle)
    socket.once('close', () => reject(new Error('it closed the connection')))
    socket.once('secureConnect', () => {
      const seen = shown()
      if (seen) resolve(seen)
      else reject(new Error('it showed no certificate'))
    })
  })

// The longest status line that matters.
const MAX_STATUS_OCTETS = 256
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})[ \r]/

/** The status of `GET /version`, which etcd and kube-apiserver answer to anybody whom they let in. */
const askVersion = (socket: TLSSocket): Promise<number> =>
  new Promise((resolve, reject) => {
    let heard = ''
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('it closed the connection without an answer')))
    socket.on('data', (octets: Buffer) => {
      heard += octets.toString('latin1', 0, MAX_STATUS_OCTETS)
      const [, status] = STATUS_LINE.exec(heard) ?? []
      if (status !== undefined) resolve(Number(status))
      else if (heard.length > MAX_STATUS_OCTETS || heard.includes('\n'))
        reject(new Error('it does not speak HTTP'))
    })
    socket.write('GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  })
