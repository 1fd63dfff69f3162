import { parseHost, uniqueHosts } from '../cluster/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { expandHosts, expandTemplate, type Profile, type TemplateFacts } from '../profile/index.ts'
import type { Duration } from '../time/index.ts'
import {
  ADMISSION_RULES,
  type Asked,
  type AuthorizationRule,
  CONTENT_RULES,
  legacyObjection,
} from './authorization-rules.ts'
import type { AuthorizationFacts, Grant } from './grant.ts'
import { refusal } from './refusal.ts'
import type { Requester } from './requester.ts'

/** Yes with everything that the certificate will say, or no with the rule that says no. */
export type AuthorizationDecision =
  | { readonly isGranted: true; readonly grant: Grant }
  | {
      readonly isGranted: false
      readonly rule: string
      readonly code: ErrorCode
      readonly reason: string
    }

/** Requester × profile × names, by the tables of `authorization-rules.ts`; no row, no certificate. */
export const decideAuthorization = (
  requester: Requester,
  profile: Profile,
  facts: AuthorizationFacts,
  life: Duration,
): AuthorizationDecision => {
  const asked = { requester, profile, facts: withWish(facts, requester) }
  const refused = firstObjection(ADMISSION_RULES[requester.kind], asked) ?? legacyRefusal(asked)
  if (refused) return refused
  const grant = grantOf(asked, life)
  return firstObjection(CONTENT_RULES, { ...asked, grant }) ?? { isGranted: true, grant }
}

/** ERR_PROFILE_NOT_PERMITTED and other refusals, each with its rule: deny by default. */
export const authorize = (
  requester: Requester,
  profile: Profile,
  facts: AuthorizationFacts,
  life: Duration,
): Grant => {
  const decision = decideAuthorization(requester, profile, facts, life)
  if (!decision.isGranted) throw refusal(decision.code, decision.rule, decision.reason)
  return decision.grant
}

type Refused = Extract<AuthorizationDecision, { isGranted: false }>

const firstObjection = <Subject>(
  rules: readonly AuthorizationRule<Subject>[],
  subject: Subject,
): Refused | undefined => {
  for (const { name, code, objection } of rules) {
    const reason = objection(subject)
    if (reason !== undefined) return { isGranted: false, rule: name, code, reason }
  }
  return undefined
}

const legacyRefusal = (asked: Asked): Refused | undefined => {
  const objection = legacyObjection(asked)
  return objection && { isGranted: false, code: 'ERR_SUBJECT_NOT_PERMITTED', ...objection }
}

/** The one wish that templates may speak of, and only after the key's policy has passed it. */
const withWish = (facts: AuthorizationFacts, requester: Requester): AuthorizationFacts => {
  if (requester.kind !== 'legacy') return facts
  const { commonName, organizations, names } = requester.wish
  const hosts = names.filter(({ kind, value }) => isHost(kind, value)).map(({ value }) => value)
  return { ...facts, legacy: { commonName, organizations, hosts } }
}

/** cfssl certifies names that are none of a host; those are judged by the octets alone. */
const isHost = (kind: string, value: string): boolean => {
  try {
    return parseHost(value).kind === kind
  } catch {
    return false
  }
}

const grantOf = ({ profile, facts }: Asked, life: Duration): Grant => {
  const [commonName = ''] = expandTemplate(profile.commonName, facts)
  return {
    profile,
    subject: {
      commonName,
      organizations: profile.organizations.flatMap((each) => expandTemplate(each, facts)),
    },
    hosts: uniqueHosts(expandHosts(profile.names, facts)),
    uris: profile.identityUri === true ? [identityUri(facts)] : [],
    life,
  }
}

/** `easycerts://<cluster>/node/<node>` */
export const identityUri = ({ cluster, node }: TemplateFacts): string =>
  `easycerts://${cluster.name}/node/${node?.name ?? ''}`
