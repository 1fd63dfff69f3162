import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import { createNodeClient, type NodeClient } from '@easycerts/adapters/ca-client'
import { clientIdentityOf } from '@easycerts/adapters/identity-store'
import { type JoinSession, openJoinSession } from '@easycerts/adapters/join-session'
import { openLogWitness } from '@easycerts/adapters/log-witness'
import { generateSigningKey } from '@easycerts/shared/key'
import { seconds } from '@easycerts/shared/time'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { onTestFinished } from 'vitest'
import { forgeCa, forgeCertificate, forgeServer } from '../../support/join/forge-certificate.ts'
import { startJoinListener } from '../../support/join/join-listener.ts'
import { ticketFor } from '../../support/join/ticket-for.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { CLIENTS, type Client } from './shown-chain.ts'

const ca = await forgeCa('easycerts enrolment g1')
const server = await forgeServer(ca)
const node = await forgeCertificate({
  commonName: 'worker-1',
  issuer: ca,
  purposes: ['clientAuth'],
})
const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))

/** How long a client waits for one answer in these tests. */
export const PATIENCE = seconds(0.6)

/** What a server does instead of answering; it has proved to be the CA, or has stolen its TLS key. */
export type Misdeed = (socket: Socket, reply: ServerResponse) => void

const isTime = ({ url }: IncomingMessage) => url?.startsWith('/v1/time') === true

/** Starts a server that commits the misdeed at the call that matters, and makes that call. */
export const callHostile = async (client: Client, misdeed: Misdeed): Promise<unknown> => {
  const listener = await startJoinListener({
    chain: [server, ca],
    misbehave: (request, reply) => {
      if (isTime(request)) return false
      request.socket.on('error', () => undefined)
      misdeed(request.socket, reply)
      return true
    },
  })
  onTestFinished(() => listener.close())
  return client === 'node-join' ? callJoin(listener.url) : callNode(listener.url)
}

const callJoin = async (url: string): Promise<unknown> => {
  const session: JoinSession = await openJoinSession(ticketFor(ca, url), {
    clock: () => new Date(),
    randomOctets: randomBytes,
    signal: new AbortController().signal,
    limits: { connect: seconds(5), time: seconds(5), join: PATIENCE },
  })
  return session.join({ csr }).finally(() => session.close())
}

const callNode = (url: string): Promise<unknown> => {
  const calls: NodeClient = createNodeClient({
    endpoints: [url],
    anchorPem: ca.pem,
    identity: () => clientIdentityOf(node),
    timeout: PATIENCE,
    witness: openLogWitness({ directory: temporaryFolder(), onRestored: () => undefined }),
  })
  return calls.node().finally(() => calls.close())
}

/** How the call ended, after how many milliseconds, and by how many octets this process grew. */
export const costOf = async (client: Client, misdeed: Misdeed) => {
  const before = process.memoryUsage().rss
  const startedAt = performance.now()
  const failure = await callHostile(client, misdeed).then(
    () => ({ code: 'none', message: '' }),
    (error: unknown) => error as { code: string; message: string },
  )
  return {
    code: failure.code,
    message: failure.message,
    duration: performance.now() - startedAt,
    growth: process.memoryUsage().rss - before,
  }
}

/** Writes as long as the peer reads, without ever waiting for more memory than the socket's. */
export const writeForever = (socket: Socket, chunk: Buffer | string): void => {
  const more = (): void => {
    while (!socket.destroyed && socket.writable && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}

export { CLIENTS }
