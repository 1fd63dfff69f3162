import { randomBytes } from 'node:crypto'
import { createNodeClient, type NodeClient } from '@easycerts/adapters/ca-client'
import {
  clientIdentityOf,
  type Identity,
  type IdentityStore,
  openIdentityStore,
} from '@easycerts/adapters/identity-store'
import { openJoinSession } from '@easycerts/adapters/join-session'
import { openLogWitness } from '@easycerts/adapters/log-witness'
import { openTrustStore } from '@easycerts/adapters/trust-store'
import { type PublicKeyPin } from '@easycerts/shared/key'
import { type Clock, seconds } from '@easycerts/shared/time'
import type { Ticket } from '@easycerts/shared/ticket'
import { confirmIdentity, renewIdentity } from '../../../apps/certmgr/src/pass/renew-identity.ts'
import { decideJoin } from '../../../apps/node-join/src/plan/decide-join.ts'
import { lookAtIdentity } from '../../../apps/node-join/src/steps/look-at-identity.ts'
import { obtainIdentity } from '../../../apps/node-join/src/steps/obtain-identity.ts'
import { takeTicket } from '../../support/joiner.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import type { AttackedCa } from './attacked-ca.ts'

const TRUE_TIME = () => new Date()
const PATIENCE = seconds(5)

/** A node whose identity is kept and asked for by the code of node-join and certmgr. */
export interface JoiningNode {
  readonly store: IdentityStore
  /** node-join's way to an identity, from wherever an earlier try was cut short. */
  readonly join: (joinPort: number) => Promise<void>
  /** certmgr's way through both phases of a renewal, from wherever an earlier try was cut short. */
  readonly renew: (nodePort: number) => Promise<void>
  /** A confirmation alone. */
  readonly confirm: (nodePort: number) => Promise<void>
  /** A conversation with the mutual-TLS listener at this port. */
  readonly connect: (nodePort: number) => NodeClient
}

/** With a ticket of this CA in its hand. */
export const newNode = async (
  ca: AttackedCa,
  name: string,
  ticketWish: Readonly<Record<string, unknown>> = {},
  clock: Clock = TRUE_TIME,
): Promise<JoiningNode> => {
  const { id, pins, seed } = await takeTicket(ca, name, ticketWish)
  const store = openIdentityStore(temporaryFolder(), process.geteuid?.() ?? 0)
  const ticketAt = (port: number): Ticket => {
    const endpoints = [`https://127.0.0.1:${port}`]
    return { id, endpoints, pins: pins as PublicKeyPin[], seed }
  }
  const identity = (): Identity => store.load() ?? raise('the node has no identity')
  const connect = (nodePort: number): NodeClient =>
    createNodeClient({
      endpoints: [`https://127.0.0.1:${nodePort}`],
      anchorPem: store.loadAnchor() ?? '',
      identity: () => clientIdentityOf(identity()),
      timeout: PATIENCE,
      witness: openLogWitness({ directory: store.directory, onRestored: () => undefined }),
    })
  const sessionOf = () => ({
    identity: identity(),
    record: store.loadRecord() ?? raise('the node has no record'),
    anchorPem: store.loadAnchor() ?? '',
  })
  let renewedFrom: string | undefined
  return {
    store,
    connect,
    join: (joinPort) => joinAt(store, ticketAt(joinPort), clock),
    renew: async (nodePort) => {
      const session = sessionOf()
      renewedFrom ??= session.identity.certificate.fingerprint
      const client = connect(nodePort)
      try {
        await confirmIdentity(store, client, session)
        if (session.identity.certificate.fingerprint === renewedFrom)
          await renewIdentity(store, client, session, clock)
      } finally {
        client.close()
      }
    },
    confirm: async (nodePort) => {
      const client = connect(nodePort)
      await confirmIdentity(store, client, sessionOf()).finally(() => client.close())
    },
  }
}

const joinAt = async (store: IdentityStore, ticket: Ticket, clock: Clock): Promise<void> => {
  const decision = decideJoin(lookAtIdentity(store), ticket.id, false)
  const needsCa = decision.kind === 'ask' || decision.kind === 'ask-again'
  const { signal } = new AbortController()
  const limits = { connect: PATIENCE, time: PATIENCE, join: PATIENCE }
  const session = needsCa
    ? await openJoinSession(ticket, { clock, randomOctets: randomBytes, signal, limits })
    : undefined
  const trust = openTrustStore({ directory: store.directory, markDirectory: store.directory })
  const awaitValidity = (): Promise<void> => Promise.resolve()
  const wish = { ticketId: ticket.id, decision, session, node: undefined, trust, awaitValidity }
  await obtainIdentity(store, wish).finally(() => session?.close())
}

const raise = (message: string): never => {
  throw new Error(message)
}
