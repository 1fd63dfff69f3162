import { randomBytes } from 'node:crypto'
import { createNodeClient } from '@easycerts/adapters/ca-client'
import { clientIdentityOf } from '@easycerts/adapters/identity-store'
import { openJoinSession } from '@easycerts/adapters/join-session'
import { openLogWitness } from '@easycerts/adapters/log-witness'
import { seconds } from '@easycerts/shared/time'
import { type Forged, forgeCertificate } from '../../support/join/forge-certificate.ts'
import { type ListenerBehaviour, startJoinListener } from '../../support/join/join-listener.ts'
import { ticketFor } from '../../support/join/ticket-for.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** The programs that dial the CA, each by its own code. */
export const CLIENTS = ['node-join', 'certmgr'] as const
export type Client = (typeof CLIENTS)[number]

/** One client's first words with whoever listens there, who must prove to be the anchor's. */
export const dial = async (client: Client, anchor: Forged, url: string): Promise<void> => {
  const clock = () => new Date()
  if (client === 'node-join') {
    const { signal } = new AbortController()
    const limits = { connect: seconds(2), time: seconds(2), join: seconds(2) }
    const surroundings = { clock, randomOctets: randomBytes, signal, limits }
    const session = await openJoinSession(ticketFor(anchor, url), surroundings)
    session.close()
    return
  }
  const node = await forgeCertificate({
    commonName: 'worker-1',
    issuer: anchor,
    purposes: ['clientAuth'],
  })
  const calls = createNodeClient({
    endpoints: [url],
    anchorPem: anchor.pem,
    identity: () => clientIdentityOf(node),
    timeout: seconds(2),
    witness: openLogWitness({ directory: temporaryFolder(), onRestored: () => undefined }),
  })
  await calls.node().finally(() => calls.close())
}

/** How a client judged a server, and whether the server heard a word of it. */
export interface Judgement {
  /** `ERR_…`; undefined: it went on. */
  readonly code: string | undefined
  readonly message: string
  /** Requests that reached the server. */
  readonly heard: readonly string[]
}

/** What a client that trusts the anchor makes of a server that shows this chain. */
export const judgementOf = async (
  client: Client,
  anchor: Forged,
  behaviour: ListenerBehaviour,
): Promise<Judgement> => {
  const listener = await startJoinListener(behaviour)
  try {
    const failure = await dial(client, anchor, listener.url).then(
      () => undefined,
      (error: unknown) => error as { code: string; message: string },
    )
    return {
      code: failure?.code,
      message: failure?.message ?? '',
      heard: listener.received.map(({ url }) => url),
    }
  } finally {
    await listener.close()
  }
}
