import {
  connect,
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type TLSSocket,
} from 'node:tls'
import { cfsslError } from '@easycerts/cfssl/protocol'
import { isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import { type Certificate, type CertificateChain, parseCertificate } from '@easycerts/shared/x509'
import type { LegacyDesk } from '../legacy-desk.ts'
import { outboundTurn } from './outbound-turn.ts'
import { reachableHost, type ReachableHost } from './reachable-host.ts'

const CONNECT_WITHIN = 5000
const LONGEST_CHAIN = 10

/** What a server shows of itself, believed by nobody. */
export const fetchChain = (
  desk: LegacyDesk,
  domain: string,
  ip?: string,
): Promise<CertificateChain> =>
  outboundTurn(async () => {
    const host = await reachableHost(desk, domain, ip)
    return withTls(host, {}, chainOf)
  })

/** One handshake, and what is read of it; the connection ends with it. Code 6000 if there is none. */
export const withTls = <Result>(
  { name, address, port }: ReachableHost,
  options: ConnectionOptions,
  read: (socket: TLSSocket) => Result,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const isName = !/^[\d.]+$|:/.test(name)
    const socket = connect({
      host: address,
      port,
      ...(isName ? { servername: name } : {}),
      // Nothing is sent, and what is shown is told, not trusted.
      rejectUnauthorized: false,
      ...options,
    })
    const timer = setTimeout(() => socket.destroy(new Error('i/o timeout')), CONNECT_WITHIN)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      try {
        resolve(read(socket))
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
      socket.destroy()
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(cfsslError(6000, `dial tcp ${address}:${port}: ${reasonOf(error)}`))
    })
  })

export const chainOf = (socket: TLSSocket): CertificateChain => {
  const chain: Certificate[] = []
  let shown: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (shown?.raw && chain.length < LONGEST_CHAIN) {
    chain.push(parsed(shown.raw))
    shown = shown.issuerCertificate === shown ? undefined : shown.issuerCertificate
  }
  const [leaf, ...above] = chain
  if (!leaf) throw cfsslError(6000, 'the server showed no certificate')
  return [leaf, ...above]
}

const parsed = (der: Buffer): Certificate => {
  try {
    return parseCertificate(der)
  } catch (error) {
    if (isEasycertsError(error)) throw cfsslError(1003, 'Failed to parse certificate')
    throw error
  }
}
