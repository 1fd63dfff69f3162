import { clientIdentityOf, type IdentityStore } from '@easycerts/adapters/identity-store'
import { createNodeClient, type NodeClient } from '@easycerts/adapters/ca-client'
import { openLogWitness } from '@easycerts/adapters/log-witness'
import type { TrustStore } from '@easycerts/adapters/trust-store'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import type { Machine, Outcome } from '../machine/index.ts'
import { learnTrust, withTrust } from './learn-trust.ts'

/** Of one call: an answer waits for one signature and one commit. */
const CALL_TIMEOUT = seconds(20)

/** The CA as a node with an identity sees it. ERR_NOT_JOINED if the store is not complete. */
export const connectAsNode = (
  store: IdentityStore,
  { signal }: Machine,
  warn: (message: string) => void,
): NodeClient => {
  const record = store.loadRecord()
  const anchorPem = store.loadAnchor()
  const identity = store.load()
  if (!record || anchorPem === undefined || !identity)
    throw new EasycertsError('ERR_NOT_JOINED', `${store.directory} is not complete`)
  return createNodeClient({
    endpoints: record.endpoints,
    anchorPem,
    identity: () => clientIdentityOf(identity),
    timeout: CALL_TIMEOUT,
    signal,
    witness: openLogWitness({ directory: store.directory, onRestored: warn }),
  })
}

/** Shows the identity, which retires the ticket. Once is enough; more does no harm. */
export const confirmIdentity = async (
  store: IdentityStore,
  client: NodeClient,
): Promise<Outcome<void>> => {
  if (store.load()?.isConfirmed === true)
    return { value: undefined, done: 'identity confirmed before' }
  await client.confirmIdentity()
  await store.markConfirmed()
  return { value: undefined, done: 'identity confirmed' }
}

/** What the CA's records and its trust document say of this node, kept for certmgr. */
export const learnFacts = async (
  store: IdentityStore,
  client: NodeClient,
  trust: TrustStore,
): Promise<Outcome<RouteReply<'node'>>> => {
  const told = await client.node()
  const source = { identity: store, trust, client, time: told.time, cluster: told.cluster.name }
  const reply = withTrust(told, await learnTrust(source))
  const { node, cluster, endpoints, description } = reply
  const record = store.loadRecord()
  const facts = { node, cluster, endpoints, ...(description === undefined ? {} : { description }) }
  const next = { version: 1 as const, ticketId: record?.ticketId ?? '', ...facts }
  if (JSON.stringify(record) !== JSON.stringify(next)) await store.saveRecord(next)
  return {
    value: reply,
    done: `this is ${node.role} ${node.name} of cluster ${cluster.name}, Kubernetes ${cluster.kubernetesVersion}`,
  }
}
