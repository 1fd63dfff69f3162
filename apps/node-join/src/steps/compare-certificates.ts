import type { RouteReply } from '@easycerts/shared/api'
import { formatSubject } from '@easycerts/shared/x509'
import { expectedGrant } from '../plan/expected-names.ts'
import type { JoinFacts } from '../plan/join-facts.ts'
import type { PreviewedCertificate } from '../plan/join-preview.ts'
import type { Adoption } from '../adoption/index.ts'
import { heldCertificates } from '../plan/layout-of-node.ts'
import { authoritiesOf, judgeCertificate } from './obtain-certificates.ts'
import type { Place } from './publish.ts'

type Offered = RouteReply<'joinPlan'>['certificates'][number]

export interface CertificateFacts {
  readonly facts: JoinFacts
  /** As the CA would make them; empty where it was not asked. */
  readonly offered: readonly Offered[]
  readonly now: () => Date
  readonly adoption?: Adoption | undefined
}

/** Every certificate of the role against the disk; reads only. */
export const compareCertificates = (
  place: Place,
  { facts, offered, now, adoption }: CertificateFacts,
): PreviewedCertificate[] => {
  const authorities = authoritiesOf(facts)
  return heldCertificates({ node: facts.node, adoption }).map((row) => {
    const { profile, certificate, key, owner } = row
    const verdict = judgeCertificate(row, authorities, place, { facts, now, adoption })
    const offer = offered.find((each) => each.profile === profile)
    return {
      profile,
      ...actionOf(verdict),
      ...(offer ?? expected(profile, facts)),
      certificate,
      key,
      owner,
    }
  })
}

const actionOf = (
  verdict: ReturnType<typeof judgeCertificate>,
): Pick<PreviewedCertificate, 'action' | 'reason'> => {
  if (verdict.kind === 'keep') return { action: 'keep' }
  const { reason } = verdict
  return { action: reason === 'missing' ? 'issue' : 'renew', reason }
}

const expected = (profile: string, facts: JoinFacts) => {
  const grant = expectedGrant(profile, facts)
  return {
    subject: grant ? formatSubject(grant.subject) : '',
    names: grant ? grant.hosts.map(({ value }) => value) : [],
  }
}
