import type { EasycertsError } from '@easycerts/shared/errors'
import type { Certificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import type { NodeRequester } from './identify-node.ts'
import { refusalSince, requireCurrent, requireStillCurrent } from './identities.ts'
import { issueCertificate, type IssuanceWish } from './issue-certificate.ts'
import { parseCsr } from './parse-csr.ts'

export interface NodeCertificateWish extends Pick<IssuanceWish, 'profile' | 'withRecord'> {
  readonly csr: string
}

/** A certificate of the node's role, for the node itself: nothing on the wire names a subject. */
export const issueNodeCertificate = async (
  authority: Authority,
  requester: NodeRequester,
  { profile, csr, withRecord }: NodeCertificateWish,
): Promise<Certificate> => {
  requireCurrent(requester)
  const { node, identity } = requester
  let refusal: EasycertsError | undefined
  const certificate = await issueCertificate(authority, {
    request: parseCsr(authority, csr),
    profile,
    requester: { kind: 'node', node, fingerprint: identity.fingerprint },
    withIntent: (writing) => requireStillCurrent(writing, requester),
    withRecord: async (writing, certificate) => {
      refusal = await refusalSince(writing, requester)
      // It is in the records and in the log, and nobody gets it.
      if (refusal) return
      await writing.touchNode(node.name, authority.clock().toISOString())
      await withRecord?.(writing, certificate)
    },
  })
  if (refusal) throw refusal
  return certificate
}

/** Profiles that a node of this role may ask for. */
export const profilesOf = (authority: Authority, { node }: Pick<NodeRequester, 'node'>): string[] =>
  [...authority.policy.current().profiles.values()]
    .filter(
      ({ roles, clusterAdmin }) =>
        roles.includes(node.role) && (clusterAdmin !== true || node.clusterAdmin),
    )
    .map(({ name }) => name)
