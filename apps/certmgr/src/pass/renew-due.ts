import type { CertificateIssuer } from '../issuers/index.ts'
import type { SourcedCertificate } from '../specs/index.ts'
import { readRenewRequests, removeRenewRequest } from '../state/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { type DueCertificate, renewGroup } from './renew-group.ts'
import { survey, type Surveyed } from './survey.ts'

/** Group by group; the rest of a pass whose issuer has gone away shares its failure. */
export const renewDue = async (
  context: CertmgrContext,
  memory: Memory,
  issuer: CertificateIssuer,
  isIts: (spec: SourcedCertificate) => boolean,
): Promise<void> => {
  const due = dueOf(survey(context, memory, isIts), isIts)
  const asked = readRenewRequests(context.paths.requests)
  for (const group of new Set(due.map(({ finding }) => finding.spec.group))) {
    const members = due.filter(({ finding }) => finding.spec.group === group)
    const isThere = await renewGroup(context, memory, members, issuer)
    for (const { finding } of members)
      if (asked.has(finding.spec.name) && !memory.attempts.has(finding.spec.name))
        await removeRenewRequest(context.paths.requests, finding.spec.name)
    if (!isThere || context.signal.aborted) return
  }
}

/** What is to be renewed now of the certificates of one issuer. */
export const dueOf = (
  surveyed: readonly Surveyed[],
  isIts: (spec: SourcedCertificate) => boolean,
): DueCertificate[] =>
  surveyed.flatMap(({ finding, plan }) =>
    plan.kind === 'renew' && isIts(finding.spec) ? [{ finding, reason: plan.reason }] : [],
  )

/** Of the CA that this node has joined. */
export const isOfJoinedCa = ({ source }: Pick<SourcedCertificate, 'source'>): boolean =>
  source === undefined
