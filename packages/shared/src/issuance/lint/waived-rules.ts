import type { LintLevel } from '../../profile/index.ts'
import type { LintRuleName } from './lint-rules.ts'

/**
 * Rules that a level leaves out, with the reason. Nothing about weak keys (they never get here), and
 * nothing that keeps somebody out of system:masters or away from a CA's rights, is ever waived.
 */
export const WAIVED_RULES: Readonly<
  Record<LintLevel, Readonly<Partial<Record<LintRuleName, string>>>>
> = {
  strict: {},
  'cfssl-compat': {
    'server-has-names':
      'one profile of cfssl serves servers and clients, and clients ask for no names',
    'kubelet-client-form': 'NixOS asks for the kubelet’s client certificate with its host names',
    'kubelet-serving-form': 'one certificate of a node may serve as client and as server',
    'reserved-user': 'the policy of the legacy key says which users it may ask for',
    'reserved-group': 'the policy of the legacy key says which groups it may ask for',
  },
}
