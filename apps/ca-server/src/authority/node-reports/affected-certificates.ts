import type { NodeFacts } from '@easycerts/shared/cluster'
import { decideAuthorization } from '@easycerts/shared/issuance'
import { formatGeneralName, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import type { CertificateDetails, Reading } from '../store/index.ts'

/**
 * Whether a certificate says other names than its profile gives the node now. False for what no
 * profile in force gives it: a renewal could not help.
 */
export const hasOtherNames = (
  { policy, cluster, hosts }: Authority,
  node: NodeFacts,
  { profile: name, der }: Pick<CertificateDetails, 'profile' | 'der'>,
): boolean => {
  const profile = policy.current().profiles.get(name)
  if (!profile || !der) return false
  const decision = decideAuthorization(
    { kind: 'node', node, fingerprint: '' },
    profile,
    { cluster, caHosts: hosts, node },
    profile.life,
  )
  if (!decision.isGranted) return false
  const { hosts: granted, uris } = decision.grant
  const expected = new Set([
    ...granted.map(formatGeneralName),
    ...uris.map((value) => formatGeneralName({ kind: 'uri', value })),
  ])
  const present = parseCertificate(der).names.map(formatGeneralName)
  return present.length !== expected.size || !present.every((each) => expected.has(each))
}

/** Enough for a node's certificates, and their predecessors that have not ended. */
const MAX_AFFECTED = 100

/** Certificates of a node that are valid still and say other names than they would now. */
export const listAffected = async (
  authority: Authority,
  reading: Reading,
  node: NodeFacts,
): Promise<CertificateDetails[]> => {
  const rows = await reading.listCertificatesOfNode(node.name, authority.clock().toISOString())
  const affected: CertificateDetails[] = []
  for (const { issuerId, serialNumber, state } of rows.slice(-MAX_AFFECTED)) {
    if (state !== 'issued') continue
    const row = await reading.findCertificate(issuerId, serialNumber)
    const isRevoked = (await reading.findRevocation(issuerId, serialNumber)) !== undefined
    if (row && !isRevoked && hasOtherNames(authority, node, row)) affected.push(row)
  }
  return affected
}
