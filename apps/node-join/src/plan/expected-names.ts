import type { ClusterFacts, Host, NodeFacts } from '@easycerts/shared/cluster'
import { authorize, type Grant } from '@easycerts/shared/issuance'
import { BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import { type Certificate, sameSubject, subjectOf } from '@easycerts/shared/x509'

interface Facts {
  readonly cluster: ClusterFacts
  readonly node: NodeFacts
}

/** What a built-in profile says of this node; undefined for a profile of the CA's operator. */
export const expectedGrant = (profileName: string, { cluster, node }: Facts): Grant | undefined => {
  const profile = BUILT_IN_PROFILES.find(({ name }) => name === profileName)
  if (!profile) return undefined
  const requester = { kind: 'node', node, fingerprint: '' } as const
  return authorize(requester, profile, { cluster, node }, profile.life)
}

/**
 * Whether a certificate says what its profile says of this node now. One from before the node had
 * another name or address does not, and is asked for anew.
 */
export const hasExpectedNames = (
  profileName: string,
  certificate: Certificate,
  facts: Facts,
): boolean => {
  const grant = expectedGrant(profileName, facts)
  if (!grant) return true
  const subject = subjectOf(certificate.subject)
  return (
    subject !== undefined &&
    sameSubject(subject, grant.subject) &&
    sameSet(certificate.names.map(textOf), grant.hosts.map(textOf))
  )
}

const textOf = ({ kind, value }: { readonly kind: string; readonly value: Host['value'] }) =>
  `${kind}:${value}`

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text) => b.includes(text))
