import { readKnownTrust, type TrustBundles } from './known-trust.ts'
import { readRenewalSuggestions, type RenewalSuggestions } from './renewal-suggestions.ts'
import type { StatePaths } from './state-paths.ts'

/** What the CA has told this node, for as long as it does not answer. */
export const readKnown = (
  paths: Pick<StatePaths, 'trust' | 'suggestions'>,
): {
  readonly trust: TrustBundles | undefined
  readonly suggestions: RenewalSuggestions
} => ({
  trust: readKnownTrust(paths.trust),
  suggestions: readRenewalSuggestions(paths.suggestions),
})
