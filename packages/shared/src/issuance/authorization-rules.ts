import type { Host } from '../cluster/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import {
  findReserved,
  findReservedName,
  isClusterAdminGroup,
  isReservedSubject,
  type Profile,
  type RequesterKind,
  reservedHosts,
} from '../profile/index.ts'
import { formatDuration } from '../time/index.ts'
import type { AuthorizationFacts, Grant } from './grant.ts'
import { judgeLegacyKey, type LegacyObjection } from './legacy-policy.ts'
import { nodeOfRequester, type Requester } from './requester.ts'

export interface Asked {
  readonly requester: Requester
  readonly profile: Profile
  readonly facts: AuthorizationFacts
}

/** One reason to refuse. Names are stable: they stand in messages, logs and metrics. */
export interface AuthorizationRule<Subject> {
  readonly name: string
  readonly code: ErrorCode
  /** Why it refuses; undefined if it does not. */
  readonly objection: (subject: Subject) => string | undefined
}

type AdmissionRule = AuthorizationRule<Asked>

const admits = (name: string, mayAsk: (asked: Asked) => boolean): AdmissionRule => ({
  name,
  code: 'ERR_PROFILE_NOT_PERMITTED',
  objection: (asked) =>
    mayAsk(asked)
      ? undefined
      : `profile "${asked.profile.name}" is not for ${kindInWords(asked.requester)}`,
})

/** The profile names the kind of requester: what no profile names, nobody gets. */
const listed = ({ requester, profile }: Asked): boolean =>
  profile.requesters.includes(requester.kind)

const forTheRoleOf = ({ requester, profile }: Asked): boolean => {
  const node = nodeOfRequester(requester)
  return node !== undefined && profile.roles.includes(node.role)
}

/** Whoever asks on behalf of a node asks for what the node itself could get. */
const NODE_OF_ROLE: AdmissionRule = {
  name: 'subject-node-role',
  code: 'ERR_PROFILE_NOT_PERMITTED',
  objection: (asked) =>
    asked.profile.roles.length === 0 || forTheRoleOf(asked) || !namesNode(asked.profile)
      ? undefined
      : `profile "${asked.profile.name}" is for a node that is a ${asked.profile.roles.join(' or a ')}`,
}

const namesNode = ({ commonName, names }: Profile): boolean =>
  [commonName, ...names].some((template) => /\{(node|ticket)\./.test(template))

/** Who may ask for which profile. A requester must pass every rule of its row. */
export const ADMISSION_RULES: Readonly<Record<RequesterKind, readonly AdmissionRule[]>> = {
  ticket: [admits('ticket-profile', listed)],
  node: [
    admits('node-role', (asked) => listed(asked) || forTheRoleOf(asked)),
    admits(
      'node-cluster-admin',
      ({ requester, profile }) =>
        profile.clusterAdmin !== true || nodeOfRequester(requester)?.clusterAdmin === true,
    ),
  ],
  operator: [admits('operator-profile', listed), NODE_OF_ROLE],
  'operator-certificate': [admits('operator-certificate-profile', listed), NODE_OF_ROLE],
  legacy: [
    // A profile whose form is cfssl's, which no profile of the operator's own can have.
    admits('legacy-profile', (asked) => listed(asked) && asked.profile.lintLevel !== undefined),
  ],
  'ca-server': [admits('ca-server-profile', listed)],
}

export interface Granted extends Asked {
  readonly grant: Grant
}

/** What a certificate may say, whoever asks: the second gate, behind the tables of profiles. */
export const CONTENT_RULES: readonly AuthorizationRule<Granted>[] = [
  {
    name: 'masters-local-only',
    code: 'ERR_SUBJECT_NOT_PERMITTED',
    objection: ({ grant, requester }) =>
      grant.subject.organizations.some(isClusterAdminGroup) && !mayHoldMasters(requester)
        ? 'system:masters and its like are given on the CA host alone, and to masters with --cluster-admin'
        : undefined,
  },
  {
    name: 'reserved-subject',
    code: 'ERR_SUBJECT_NOT_PERMITTED',
    objection: ({ grant: { subject }, profile }) =>
      profile.isCustom === true &&
      [subject.commonName, ...subject.organizations].some(isReservedSubject)
        ? `profile "${profile.name}" gives a subject that only built-in profiles give`
        : undefined,
  },
  {
    name: 'reserved-name',
    code: 'ERR_NAME_RESERVED',
    objection: ({ grant, requester, facts }) => {
      if (requester.kind === 'ca-server' || nodeOfRequester(requester)?.role === 'master')
        return undefined
      const ours = reservedHosts(facts.cluster, facts.caHosts ?? [])
      const reserved =
        requester.kind === 'legacy'
          ? findReservedByKey(requester, ours)
          : findReserved(grant.hosts, ours)
      return reserved && `${reserved.value} is a name or an address of the CA or of kube-apiserver`
    },
  },
  {
    name: 'lint-level',
    code: 'ERR_PROFILE_NOT_PERMITTED',
    objection: ({ profile, requester }) =>
      (profile.lintLevel ?? 'strict') !== 'strict' && requester.kind !== 'legacy'
        ? `profile "${profile.name}" is linted for keys of the cfssl API alone`
        : undefined,
  },
  {
    name: 'life-bounds',
    code: 'ERR_VALIDITY_NOT_PERMITTED',
    objection: ({ grant, profile }) => {
      const longest = profile.maxLife ?? profile.life
      return grant.life > longest
        ? `profile "${profile.name}" gives at most ${formatDuration(longest)}`
        : undefined
    },
  },
]

/** What a legacy key's own policy says, under the name of its own rule. */
export const legacyObjection = ({ requester }: Asked): LegacyObjection | undefined => {
  if (requester.kind !== 'legacy') return undefined
  const judged = judgeLegacyKey(requester.key, requester.wish)
  return 'objection' in judged ? judged.objection : undefined
}

/** Some clients still take the common name for one of the names. */
const findReservedByKey = (
  { key, wish }: Extract<Requester, { readonly kind: 'legacy' }>,
  reserved: readonly Host[],
): { readonly value: string } | undefined => {
  const judged = judgeLegacyKey(key, wish)
  if ('row' in judged && judged.row.controlPlaneNames === true) return undefined
  return findReservedName([...wish.names, { kind: 'dns', value: wish.commonName }], reserved)
}

const mayHoldMasters = (requester: Requester): boolean =>
  requester.kind === 'operator' || (requester.kind === 'node' && requester.node.clusterAdmin)

const kindInWords = (requester: Requester): string =>
  requester.kind === 'node' ? `a ${requester.node.role}` : `a requester of kind ${requester.kind}`
