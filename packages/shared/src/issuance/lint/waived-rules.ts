import type { LintLevel } from '../../profile/index.ts'
import type { LintRuleName } from './lint-rules.ts'

/** The form of cfssl has rules of its own in the place of many of these. */
const CFSSL: Readonly<Partial<Record<LintRuleName, string>>> = {
  'as-granted': 'legacy-as-asked stands in its place',
  'key-usage': 'the signing profile says which: legacy-as-configured',
  'extended-key-usage': 'the signing profile says which: legacy-as-configured',
  'any-extended-key-usage': 'the signing profile says which: legacy-as-configured',
  'extensions-known': 'legacy-extensions stands in its place',
  'serial-number-random': 'cfssl draws 159 bits: another form, and as random',
  'validity-of-grant': 'the signing profile says how much it backdates: legacy-as-asked',
  'common-name-single': 'cfssl writes attributes behind the common name, and may write none',
  'subject-attributes':
    'subjects of cfssl have countries and units, which Kubernetes does not read',
  'subject-printable': 'cfssl certifies names of people and companies in any script',
  'organization-unique': 'cfssl writes an organization as often as it is asked for',
  'names-of-known-kinds':
    'cfssl certifies e-mail addresses; others are refused by legacy-name-text',
  'names-unique': 'cfssl writes a name as often as it is asked for',
  'dns-name-syntax':
    'cfssl takes whatever is nothing else for a DNS name: legacy-name-text bounds it',
  'uri-syntax': 'system:kube-proxy, as easyCerts asks for it, is a URI to cfssl',
  'node-group-only-for-nodes': 'the policy of the legacy key says which groups it may ask for',
  'node-name-form': 'the policy of the legacy key says which users it may ask for',
  'front-proxy-apart':
    'easyCerts has one CA for all; only a policy that names the user to the letter gives it',
  'server-has-names':
    'one profile of cfssl serves servers and clients, and clients ask for no names',
  'kubelet-client-form': 'NixOS asks for the kubelet’s client certificate with its host names',
  'kubelet-serving-form': 'one certificate of a node may serve as client and as server',
  'reserved-user': 'the policy of the legacy key says which users it may ask for',
  'reserved-group': 'the policy of the legacy key says which groups it may ask for',
}

/**
 * Rules that a level leaves out, with the reason. Nothing about weak keys (they never get here), and
 * nothing that keeps somebody out of system:masters or away from a CA's rights, is ever waived.
 */
export const WAIVED_RULES: Readonly<
  Record<LintLevel, Readonly<Partial<Record<LintRuleName, string>>>>
> = {
  strict: {},
  'cfssl-compat': CFSSL,
  'cfssl-ca': {
    ...CFSSL,
    'no-ca-bits': 'the switch ca-certificates lets profiles with ca_constraint sign CAs',
  },
}
