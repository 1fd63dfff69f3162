import type { Secret } from '@easycerts/shared/encoding'
import type { Destination } from './http-call.ts'
import { JudgingAgent } from './judging-agent.ts'

/** What a node shows of itself in mutual TLS. */
export interface ClientIdentity {
  readonly certificatePem: string
  readonly keyPem: Secret<string>
}

interface ConnectionOptions {
  readonly anchorPem: string
  readonly identity: () => ClientIdentity
}

export interface NodeConnections {
  readonly to: (endpoint: string) => Destination
  readonly close: () => void
}

/** One agent per identity: a connection of the old one must never carry a call of the new one. */
export const createNodeConnections = ({
  identity,
  anchorPem,
}: ConnectionOptions): NodeConnections => {
  let shown: string | undefined
  let agent: JudgingAgent | undefined
  const agentFor = ({ certificatePem, keyPem }: ClientIdentity): JudgingAgent => {
    if (agent && shown === certificatePem) return agent
    agent?.destroy()
    shown = certificatePem
    agent = new JudgingAgent({
      keepAlive: true,
      maxSockets: 4,
      // A resumed session would show the identity of the connection that it resumes.
      maxCachedSessions: 0,
      ca: anchorPem,
      allowPartialTrustChain: true,
      cert: certificatePem,
      key: keyPem.reveal(),
      minVersion: 'TLSv1.3',
    })
    return agent
  }
  return {
    to: (endpoint: string) => {
      const { hostname, port } = new URL(endpoint)
      const host = hostname.replace(/^\[|\]$/g, '')
      const options = { agent: agentFor(identity()), host, port: port === '' ? 443 : Number(port) }
      return { name: endpoint, protocol: 'https:', options } as const
    },
    close: () => {
      agent?.destroy()
      agent = undefined
    },
  }
}
