import { type CertificateFinding, lookAtCertificate } from '../disk/index.ts'
import { type CertificatePlan, planCertificate } from '../plan/index.ts'
import { authoritiesOf, readRenewRequests } from '../state/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'

export interface Surveyed {
  readonly finding: CertificateFinding
  readonly plan: CertificatePlan
}

/** A look at the disk, and what follows from it for each certificate. */
export const survey = (
  { specs, place, paths, clock }: Pick<CertmgrContext, 'specs' | 'place' | 'paths' | 'clock'>,
  memory: Pick<Memory, 'trust' | 'attempts'>,
): Surveyed[] => {
  const authorities = memory.trust && authoritiesOf(memory.trust)
  const asked = readRenewRequests(paths.requests)
  return specs.certificates.map((spec) => {
    const finding = lookAtCertificate(place, spec, authorities)
    const plan = planCertificate({
      found: finding,
      attempts: memory.attempts.get(spec.name),
      isAskedFor: asked.has(spec.name),
      now: clock(),
    })
    return { finding, plan }
  })
}
