import { type Host, isInCidr, parseNodeName } from '../cluster/index.ts'

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
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly hosts: readonly Host[]
  /** Where it came from. */
  readonly address: string
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
  profiles: ['legacy'],
  subjects: NODE_SUBJECTS,
  hosts: ['*'],
  networks,
})

/** What of a wish a key's policy does not cover; undefined if it covers all. */
export type LegacyObjection = {
  readonly rule: 'legacy-network' | 'legacy-subject' | 'legacy-name'
  readonly reason: string
}

export const objectionToLegacy = (
  policy: LegacyKeyPolicy,
  wish: LegacyWish,
): LegacyObjection | undefined => {
  if (!policy.networks.some((network) => isInCidr(wish.address, network)))
    return { rule: 'legacy-network', reason: 'the key may not be used from this address' }
  if (policy.subjects !== 'any' && !policy.subjects.some((each) => coversSubject(each, wish)))
    return { rule: 'legacy-subject', reason: 'the key may not ask for this subject' }
  const foreign = wish.hosts.find((host) => !policy.hosts.some((each) => coversHost(each, host)))
  return (
    foreign && { rule: 'legacy-name', reason: `the key may not ask for the name ${foreign.value}` }
  )
}

const coversSubject = (subject: LegacySubject, wish: LegacyWish): boolean =>
  coversCommonName(subject.commonName, wish.commonName) && sameSet(subject, wish)

const coversCommonName = (pattern: string, commonName: string): boolean => {
  if (!pattern.endsWith('*')) return pattern === commonName
  const prefix = pattern.slice(0, -1)
  return commonName.startsWith(prefix) && isNodeName(commonName.slice(prefix.length))
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

const coversHost = (pattern: string, { kind, value }: Host): boolean => {
  if (pattern === '*' || pattern === value) return true
  if (pattern.includes('/')) return kind === 'ip' && isInCidr(value, pattern)
  return kind === 'dns' && pattern.startsWith('*.') && value.endsWith(pattern.slice(1))
}
