import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:https'
import { until } from '../test/support/until.ts'

/** As many connections as clients, each kept open. */
export interface AuthsignClient {
  /** Until the server answers `info`. */
  readonly ready: () => Promise<void>
  /** One `authsign`, as certmgr sends it. */
  readonly sign: (csr: string) => Promise<void>
  readonly close: () => void
}

export const AUTH_KEY = '0123456789abcdef0123456789abcdef'

/** What both servers are given: one profile, one key. */
export const SIGNING_CONFIG = {
  signing: {
    default: { expiry: '720h', usages: ['digital signature', 'client auth'], auth_key: 'node' },
  },
  auth_keys: { node: { type: 'standard', key: AUTH_KEY } },
}

export const createAuthsignClient = (port: number, connections: number): AuthsignClient => {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    // cfssl serves with the certificate of its CA, which is no server's.
    rejectUnauthorized: false,
  })
  const post = (endpoint: string, body: unknown): Promise<number> =>
    new Promise((resolve, reject) => {
      const path = `/api/v1/cfssl/${endpoint}`
      const sent = request({ agent, port, host: '127.0.0.1', method: 'POST', path }, (reply) => {
        reply.resume()
        reply.once('end', () => resolve(reply.statusCode ?? 0))
      })
      sent.once('error', reject)
      sent.end(JSON.stringify(body))
    })
  return {
    ready: () =>
      until(() =>
        post('info', { label: '' }).then(
          (status) => status === 200,
          () => false,
        ),
      ),
    sign: async (csr) => {
      const inner = Buffer.from(JSON.stringify({ certificate_request: csr, hosts: [] }))
      const key = Buffer.from(AUTH_KEY, 'hex')
      const token = createHmac('sha256', key).update(inner).digest('base64')
      const status = await post('authsign', { token, request: inner.toString('base64') })
      if (status !== 200) throw new Error(`refused: ${status}`)
    },
    close: () => agent.destroy(),
  }
}
