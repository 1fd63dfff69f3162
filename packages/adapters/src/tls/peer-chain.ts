import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'

// Against a server that sends certificates without end; ours sends two or three.
const MAX_CHAIN = 8

/** The chain that a server has shown, leaf first. ERR_CHAIN_INVALID if the chain is missing, too long, or not strict DER. */
export const chainOf = (socket: TLSSocket): Certificate[] => {
  const chain: Buffer[] = []
  let next = socket.getPeerCertificate(true) as Partial<DetailedPeerCertificate> | undefined
  // A self-signed certificate is its own issuer here, and two that cross-sign form a longer loop.
  while (next?.raw && !isIn(chain, next.raw)) {
    chain.push(next.raw)
    if (chain.length > MAX_CHAIN)
      throw new EasycertsError('ERR_CHAIN_INVALID', 'the server’s chain is too long')
    next = next.issuerCertificate
  }
  if (chain.length === 0)
    throw new EasycertsError('ERR_CHAIN_INVALID', 'the server showed no certificate')
  return chain.map(parsed)
}

const isIn = (chain: readonly Buffer[], der: Buffer) => chain.some((known) => known.equals(der))

const parsed = (der: Buffer): Certificate => {
  try {
    return parseCertificate(der)
  } catch (cause) {
    throw new EasycertsError('ERR_CHAIN_INVALID', 'a certificate of the server cannot be read', {
      cause,
    })
  }
}
