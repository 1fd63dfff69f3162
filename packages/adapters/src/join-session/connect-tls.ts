import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { Endpoint } from './endpoint.ts'

/**
 * A TLS 1.3 connection whose handshake is complete. The caller judges the peer: nothing is
 * refused here, nothing is sent, no session is resumed. ERR_CA_UNREACHABLE, or the signal's reason.
 */
export const connectTls = (
  { url, host, port }: Endpoint,
  trust: Pick<ConnectionOptions, 'ca' | 'allowPartialTrustChain'>,
  signal: AbortSignal,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      ...trust,
      host: host.value,
      port,
      // RFC 6066 §3: literal addresses are not permitted in SNI.
      ...(host.kind === 'dns' ? { servername: host.value } : {}),
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    })
    signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true })
    // Stays for the life of the socket: a late error without a listener would end the process.
    socket.on('error', (error: Error) => reject(signal.aborted ? error : unreachable(url, error)))
    socket.once('close', () => reject(closed(url)))
    socket.once('secureConnect', () => resolve(socket))
  })

const unreachable = (url: string, error: Error) =>
  new EasycertsError('ERR_CA_UNREACHABLE', `no TLS connection with ${url}: ${tlsReason(error)}`, {
    cause: error,
  })

/** OpenSSL's own words are lines of numbers; its reason is the part that people can read. */
const tlsReason = (error: Error & { readonly reason?: string }): string =>
  error.reason ?? reasonOf(error)

const closed = (url: string) =>
  new EasycertsError('ERR_CA_UNREACHABLE', `${url} closed the connection during the TLS handshake`)
