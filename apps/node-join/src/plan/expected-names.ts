import type { ClusterFacts, Host, NodeFacts } from '@easycerts/shared/cluster'
import { authorize } from '@easycerts/shared/issuance'
import { BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import { type Certificate, sameSubject, subjectOf } from '@easycerts/shared/x509'

/**
 * Whether a certificate says what its profile says of this node now. One from before the node had
 * another name or address does not, and is asked for anew.
 */
export const hasExpectedNames = (
  profileName: string,
  certificate: Certificate,
  { cluster, node }: { readonly cluster: ClusterFacts; readonly node: NodeFacts },
): boolean => {
  const profile = BUILT_IN_PROFILES.find(({ name }) => name === profileName)
  if (!profile) return true
  const requester = { kind: 'node', node, fingerprint: '' } as const
  const grant = authorize(requester, profile, { cluster, node }, profile.life)
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
