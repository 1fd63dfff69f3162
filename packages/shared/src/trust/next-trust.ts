import { addDuration, days } from '../time/index.ts'
import { formatTrustDocument, type TrustDocument } from './trust-document.ts'

/** What a document says but for its own number and dates. */
export type TrustContent = Pick<
  TrustDocument,
  'cluster' | 'epoch' | 'endpoints' | 'trustKeys' | 'logKeys' | 'purposes'
>

const LIFE = days(180)
/** A CA that is down for a while still comes in time. */
const RENEWED_AFTER = days(90)

/** When a document is followed by one of the same content, so that nobody ever warns of its end. */
export const trustRenewalOf = ({ issuedAt }: TrustDocument): Date =>
  addDuration(new Date(issuedAt), RENEWED_AFTER)

/**
 * The document that follows; undefined while there is nothing new to say. What a later release wrote
 * into the last one and this one does not know stays as it is.
 */
export const nextTrust = (
  last: TrustDocument | undefined,
  content: TrustContent,
  now: Date,
): TrustDocument | undefined => {
  const next = { ...last, ...within(last, content) }
  if (last && now < trustRenewalOf(last) && isSame(last, { ...last, ...next })) return undefined
  return {
    ...next,
    format: 1,
    version: versionAfter(last, content.epoch, now),
    issuedAt: now.toISOString(),
    expiresAt: addDuration(now, LIFE).toISOString(),
  }
}

const isSame = (one: TrustDocument, other: TrustDocument): boolean =>
  formatTrustDocument(one).equals(formatTrustDocument(other))

/**
 * A restored CA may have forgotten versions that nodes have seen: it goes on from Unix time in
 * seconds, which no count of versions reaches.
 */
const versionAfter = (last: TrustDocument | undefined, epoch: number, now: Date): number => {
  const following = (last?.version ?? 0) + 1
  const isFirstHistory = last ? last.epoch === epoch : epoch <= 1
  return isFirstHistory ? following : Math.max(following, Math.floor(now.getTime() / 1000))
}

interface Entry {
  readonly id: string
}

/** Unknown fields of an entry stay with it. */
const kept = <Known extends Entry>(last: readonly Known[] = [], entries: readonly Known[]) =>
  entries.map((entry) => ({ ...last.find(({ id }) => id === entry.id), ...entry }))

const within = (last: TrustDocument | undefined, content: TrustContent): TrustContent => ({
  epoch: content.epoch,
  cluster: { ...last?.cluster, ...content.cluster },
  endpoints: { ...last?.endpoints, ...content.endpoints },
  trustKeys: kept(last?.trustKeys, content.trustKeys),
  logKeys: kept(last?.logKeys, content.logKeys),
  purposes: {
    ...last?.purposes,
    'client-ca': kept(last?.purposes['client-ca'], content.purposes['client-ca']),
    'server-ca': kept(last?.purposes['server-ca'], content.purposes['server-ca']),
    'etcd-client': kept(last?.purposes['etcd-client'], content.purposes['etcd-client']),
    'etcd-peer': kept(last?.purposes['etcd-peer'], content.purposes['etcd-peer']),
    'front-proxy': kept(last?.purposes['front-proxy'], content.purposes['front-proxy']),
    enrolment: kept(last?.purposes.enrolment, content.purposes.enrolment),
    'service-account': kept(last?.purposes['service-account'], content.purposes['service-account']),
  },
})
