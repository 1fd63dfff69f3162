import { request } from 'node:https'
import type { ProofAddress } from '@easycerts/shared/certificate-spec'
import type { Duration } from '@easycerts/shared/time'
import type { ClientPair } from './tls-sight.ts'

/** Whom to ask, by what right, and whom to believe. */
export interface HealthPoint {
  readonly address: ProofAddress
  readonly path: string
  /** PEM of the CAs that vouch for the member. */
  readonly ca: string
  readonly pair?: ClientPair | undefined
  readonly timeout: Duration
  readonly signal: AbortSignal
}

/** 'true' in a few words. */
const MAX_BODY_OCTETS = 4096
/** By TLS alone it serves; what it may tell a stranger is its own affair. */
const SERVES_OTHERS = [401, 403]

/**
 * Whether a member of etcd or kube-apiserver works, by its own word over TLS that is verified: HTTP
 * 200, and of etcd `"health":"true"`. Everything else, also an impostor's answer, is no.
 */
export const seeHealth = (point: HealthPoint): Promise<boolean> =>
  new Promise((resolve) => {
    const { address, path, ca, pair, timeout, signal } = point
    const sent = request({
      host: address.host.value,
      port: address.port,
      path,
      ca,
      // A bundle may hold an issuer without the root above it.
      allowPartialTrustChain: true,
      ...(pair ? { cert: pair.certificate, key: pair.key.reveal() } : {}),
      agent: false,
      minVersion: 'TLSv1.2',
      signal,
    })
    const settle = (isHealthy: boolean): void => {
      clearTimeout(timer)
      resolve(isHealthy)
      sent.destroy()
    }
    const timer = setTimeout(() => settle(false), timeout)
    sent.on('error', () => settle(false))
    sent.on('response', (reply) => {
      let body = ''
      reply.on('error', () => settle(false))
      reply.on('data', (octets: Buffer) => {
        body += octets.toString('latin1')
        if (body.length > MAX_BODY_OCTETS) settle(false)
      })
      reply.on('end', () => settle(isWell(reply.statusCode ?? 0, body)))
    })
    sent.end()
  })

const isWell = (status: number, body: string): boolean =>
  SERVES_OTHERS.includes(status) || (status === 200 && !/"health"\s*:\s*"?false/.test(body))
