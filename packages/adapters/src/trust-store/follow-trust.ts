import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import {
  acceptFirstTrust,
  type AcceptedTrust,
  describeTrust,
  type FirstTrust,
  parseSignedTrust,
  placeOf,
  type SignedTrust,
  type TrustMark,
  type TrustRefusal,
  walkTrust,
} from '@easycerts/shared/trust'
import type { TrustStore } from './trust-store.ts'

/** Versions after one, in their order, and the number of the newest. */
export interface TrustPage {
  readonly documents: readonly SignedTrust[]
  readonly latest: number
}

export interface TrustWalk {
  readonly store: TrustStore
  readonly ask: (after: number) => Promise<TrustPage>
  /** For a node that knows no version yet. */
  readonly first: () => FirstTrust
}

/** Of one contact: more versions than an honest CA makes in years. */
const MAX_PAGES = 64

/**
 * Walks to the newest version that the CA shows; what was reached is durable. Undefined for a CA
 * that has no trust documents yet. ERR_TRUST_MALFORMED, ERR_TRUST_UNPROVEN, ERR_TRUST_ROLLED_BACK,
 * ERR_TRUST_FORKED: nothing of such a CA is to be installed.
 */
export const followTrust = async (walk: TrustWalk): Promise<AcceptedTrust | undefined> => {
  const { trust, mark } = walk.store.load()
  try {
    const start = trust ?? (await begin(walk, mark))
    return await walkOn(walk, start, mark)
  } catch (error) {
    if (!isEasycertsError(error) || error.code !== 'ERR_ROUTE_UNKNOWN') throw error
    if (trust ?? mark) throw refusal('ERR_TRUST_ROLLED_BACK', 'the CA shows no trust document now')
    return undefined
  }
}

/** The newest version: of an older one the certification may have ended. */
const begin = async (
  { ask, first, store }: TrustWalk,
  mark: TrustMark | undefined,
): Promise<AcceptedTrust> => {
  const { latest } = await ask(0)
  const newest = latest > 0 ? (await ask(latest - 1)).documents.at(-1) : undefined
  if (newest === undefined) throw refusal('ERR_TRUST_UNPROVEN', 'the CA shows no trust document')
  const trust = acceptFirstTrust(newest, first())
  if (mark && mark.cluster !== trust.document.cluster.id)
    throw refusal('ERR_TRUST_UNPROVEN', 'the trust document is of another cluster')
  requireReached(trust, mark)
  await store.save(trust)
  return trust
}

const walkOn = async (
  { ask, store }: TrustWalk,
  start: AcceptedTrust,
  mark: TrustMark | undefined,
): Promise<AcceptedTrust> => {
  let known = start
  for (let page = 0; page < MAX_PAGES; page++) {
    // From one before it: the CA has to show the known octets again.
    const { documents, latest } = await ask(known.document.version - 1)
    const before = known
    for (const document of documents) known = stepTo(document, known, mark)
    // A mark that was lost is set again.
    if (known !== before || !mark) await store.save(known)
    const { version } = known.document
    if (documents.length === 0 || version > latest)
      throw refusal('ERR_TRUST_ROLLED_BACK', `the CA has lost ${describeTrust(known.document)}`)
    if (version === latest) break
    if (known === before) throw refusal('ERR_TRUST_UNPROVEN', `the CA holds back version ${latest}`)
  }
  requireReached(known, mark)
  return known
}

const stepTo = (
  document: SignedTrust,
  known: AcceptedTrust,
  mark: TrustMark | undefined,
): AcceptedTrust => {
  const step = walkTrust(known, parseSignedTrust(document))
  if (step.kind === 'refused') throw refusal(step.code, step.reason)
  if (step.kind === 'same') return known
  if (placeOf(step.trust, mark) === 'forked') throw forked(step.trust)
  return step.trust
}

/** ERR_TRUST_ROLLED_BACK or ERR_TRUST_FORKED for a version that is not where this node has been. */
export const requireReached = (trust: AcceptedTrust, mark: TrustMark | undefined): void => {
  const place = placeOf(trust, mark)
  if (place === 'forked') throw forked(trust)
  if (place === 'behind' && mark)
    throw refusal(
      'ERR_TRUST_ROLLED_BACK',
      `the CA shows ${describeTrust(trust.document)}, and this node has seen ${describeTrust(mark)}`,
    )
}

const forked = ({ document }: AcceptedTrust) =>
  refusal('ERR_TRUST_FORKED', `there are two documents of ${describeTrust(document)}`)

const refusal = (code: TrustRefusal, reason: string) => new EasycertsError(code, reason)
