import type { TrustStore } from '@easycerts/adapters/trust-store'
import { findServiceAccountKey, type Place } from '../disk/index.ts'
import { bundlesFor, readKnownTrust, type TrustBundles } from './known-trust.ts'
import { readRenewalSuggestions, type RenewalSuggestions } from './renewal-suggestions.ts'
import type { StatePaths } from './state-paths.ts'

interface WhereItLies {
  readonly paths: Pick<StatePaths, 'trust' | 'suggestions'>
  readonly trust: TrustStore
  readonly place: Place
}

/** What the CA has told this node, for as long as it does not answer. */
export const readKnown = (
  where: WhereItLies,
): {
  readonly trust: TrustBundles | undefined
  readonly suggestions: RenewalSuggestions
} => ({
  trust: readBundles(where),
  suggestions: readRenewalSuggestions(where.paths.suggestions),
})

/** None of a document that is older than one which this node has seen: the CA has to show that again. */
const readBundles = ({ paths, trust: store, place }: WhereItLies): TrustBundles | undefined => {
  const { trust, mark, isCurrent } = store.load()
  const told = (trust ?? mark) ? undefined : readKnownTrust(paths.trust)
  return isCurrent || told
    ? bundlesFor(trust?.document, told ?? {}, findServiceAccountKey(place))
    : undefined
}
