import { isInCidr, parseNodeName } from '../cluster/index.ts'
import { isKeptForControlPlane } from '../profile/index.ts'
import { formatGeneralName, type GeneralName } from '../x509/index.ts'

/** A subject that a legacy key may ask for; a `*` at the end of the CN stands for a node's name. */
export interface LegacySubject {
  readonly commonName: string
  /** All of them, and no other. */
  readonly organizations: readonly string[]
}

/** What a key of the cfssl API is worth. Whatever it does not name is refused. */
export interface LegacyKeyPolicy {
  /** For the log; never the key itself. */
  readonly name: string
  readonly profiles: readonly string[]
  /** 'any': whatever is not kept for masters and the CA. */
  readonly subjects: readonly LegacySubject[] | 'any'
  /** Names that may be certified: exact ones, '*.example.org', ranges; '*' for every one that is not reserved. */
  readonly hosts: readonly string[]
  /** Ranges that requests may come from. */
  readonly networks: readonly string[]
  /** May be certified for names of kube-apiserver and the CA; left out: not. */
  readonly controlPlaneNames?: boolean | undefined
  /** Worth nothing from then on; left out: for ever. */
  readonly until?: Date | undefined
}

/** A key of the cfssl API: what it is worth is what any one of its rows is worth. */
export interface LegacyKey {
  /** For the log; never the key itself. */
  readonly name: string
  readonly rows: readonly LegacyKeyPolicy[]
}

/** What a request of the cfssl API says; only its syntax has been checked. */
export interface LegacyWish {
  /** Signing profile: 'default' for the one without a name. */
  readonly profile: string
  readonly commonName: string
  readonly organizations: readonly string[]
  /** As they will stand in the certificate. */
  readonly names: readonly GeneralName[]
  /** Where it came from. */
  readonly address: string
  readonly at: Date
}

/** What the certificates of a worker of an easyCerts cluster say. */
export const NODE_SUBJECTS: readonly LegacySubject[] = [
  { commonName: '*', organizations: [] },
  { commonName: 'system:node:*', organizations: ['system:nodes'] },
  { commonName: 'system:kube-proxy', organizations: [] },
  { commonName: 'flannel-client', organizations: [] },
]

/**
 * What the key that every node of an easyCerts cluster shares is worth after an import: the
 * subjects of a worker's four certificates. Who holds it can pose as any worker, and as no more.
 */
export const easyCertsKeyPolicy = (
  name: string,
  networks: readonly string[] = ['0.0.0.0/0', '::/0'],
): LegacyKeyPolicy => ({
  name,
  profiles: ['default'],
  subjects: NODE_SUBJECTS,
  hosts: ['*'],
  networks,
})

/** Whoever reaches the port, behind a switch that lets them: any ordinary subject of that profile. */
export const nobodysKey = (profile: string): LegacyKey => ({
  name: 'nobody',
  rows: [
    {
      name: 'nobody',
      profiles: [profile],
      subjects: 'any',
      hosts: ['*'],
      networks: ['0.0.0.0/0', '::/0'],
    },
  ],
})

/** What of a wish a key's policy does not cover. */
export interface LegacyObjection {
  readonly rule:
    | 'legacy-profile'
    | 'legacy-until'
    | 'legacy-network'
    | 'legacy-subject'
    | 'legacy-name'
  readonly reason: string
}

const RULES: readonly {
  readonly rule: LegacyObjection['rule']
  readonly objection: (policy: LegacyKeyPolicy, wish: LegacyWish) => string | undefined
}[] = [
  {
    rule: 'legacy-profile',
    objection: ({ profiles }, { profile }) =>
      profiles.includes(profile) ? undefined : 'the key may not use this signing profile',
  },
  {
    rule: 'legacy-until',
    objection: ({ until }, { at }) =>
      until === undefined || at < until ? undefined : 'the key is worth nothing any more',
  },
  {
    rule: 'legacy-network',
    objection: ({ networks }, { address }) =>
      networks.some((network) => isInCidr(address, network))
        ? undefined
        : 'the key may not be used from this address',
  },
  {
    rule: 'legacy-subject',
    objection: ({ subjects }, wish) =>
      (
        subjects === 'any'
          ? !isKeptForControlPlane(wish)
          : subjects.some((each) => coversSubject(each, wish))
      )
        ? undefined
        : 'the key may not ask for this subject',
  },
  {
    rule: 'legacy-name',
    objection: (policy, wish) => {
      const foreign = wish.names.find((name) => !coversName(policy, wish, name))
      return foreign && `the key may not ask for the name ${formatGeneralName(foreign)}`
    },
  },
]

/** Undefined if the row covers all of the wish. */
export const objectionToLegacy = (
  policy: LegacyKeyPolicy,
  wish: LegacyWish,
): LegacyObjection | undefined => {
  for (const { rule, objection } of RULES) {
    const reason = objection(policy, wish)
    if (reason !== undefined) return { rule, reason }
  }
  return undefined
}

/** The row of a key that covers all of a wish, or what the row objects to that came closest. */
export const judgeLegacyKey = (
  { rows }: LegacyKey,
  wish: LegacyWish,
): { readonly row: LegacyKeyPolicy } | { readonly objection: LegacyObjection } => {
  let closest: LegacyObjection = {
    rule: 'legacy-profile',
    reason: 'the key is worth nothing: no row of legacy.keys speaks of it',
  }
  for (const row of rows) {
    const objection = objectionToLegacy(row, wish)
    if (!objection) return { row }
    if (placeOf(objection) >= placeOf(closest)) closest = objection
  }
  return { objection: closest }
}

const placeOf = ({ rule }: LegacyObjection): number => RULES.findIndex((each) => each.rule === rule)

const coversSubject = (subject: LegacySubject, wish: LegacyWish): boolean =>
  coversCommonName(subject.commonName, wish) && sameSet(subject, wish)

/** A node may be called as it likes, but not as a user whom the control plane believes. */
const coversCommonName = (pattern: string, wish: LegacyWish): boolean => {
  const { commonName } = wish
  if (!pattern.endsWith('*')) return pattern === commonName
  const prefix = pattern.slice(0, -1)
  return (
    commonName.startsWith(prefix) &&
    isNodeName(commonName.slice(prefix.length)) &&
    !isKeptForControlPlane({ ...wish, organizations: [] })
  )
}

const isNodeName = (text: string): boolean => {
  try {
    parseNodeName(text)
    return true
  } catch {
    return false
  }
}

const sameSet = (
  { organizations }: Pick<LegacySubject, 'organizations'>,
  wish: Pick<LegacySubject, 'organizations'>,
): boolean =>
  wish.organizations.length === organizations.length &&
  organizations.every((each) => wish.organizations.includes(each))

/**
 * `*` stands for DNS names and addresses; for other kinds only where subjects are free too. What a
 * certificate is called already, it may be called once more: easyCerts puts every CN among the names.
 */
const coversName = (
  { hosts, subjects }: LegacyKeyPolicy,
  { commonName }: LegacyWish,
  { kind, value }: GeneralName,
): boolean => {
  if (kind === 'other') return false
  if (value === commonName || hosts.includes(value)) return true
  const isHost = kind === 'dns' || kind === 'ip'
  if (hosts.includes('*')) return isHost || subjects === 'any'
  return isHost && hosts.some((pattern) => coversHost(pattern, kind, value))
}

const coversHost = (pattern: string, kind: 'dns' | 'ip', value: string): boolean => {
  if (pattern.includes('/')) return kind === 'ip' && isInCidr(value, pattern)
  return kind === 'dns' && pattern.startsWith('*.') && value.endsWith(pattern.slice(1))
}
