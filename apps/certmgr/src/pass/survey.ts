import { type CertificateFinding, lookAtCertificate, writtenAt } from '../disk/index.ts'
import { type CertificatePlan, judgeRemote, planCertificate, specChangeOf } from '../plan/index.ts'
import { formatCertificateId, type RenewalWindow, windowBeforeEnd } from '@easycerts/shared/renewal'
import { hours, parseDuration } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import type { SourcedCertificate } from '../specs/index.ts'
import {
  authoritiesOf,
  readGenerations,
  readRenewRequests,
  type StatePaths,
} from '../state/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'

export interface Surveyed {
  readonly finding: CertificateFinding
  readonly plan: CertificatePlan
}

/** A look at the disk, and what follows from it for each certificate, or for those that are `wanted`. */
export const survey = (
  { specs, place, paths, clock }: Pick<CertmgrContext, 'specs' | 'place' | 'paths' | 'clock'>,
  memory: Pick<Memory, 'trust' | 'attempts' | 'suggestions' | 'parser'> &
    Partial<Pick<Memory, 'remotes'>>,
  wanted: (spec: SourcedCertificate) => boolean = () => true,
): Surveyed[] => {
  const authorities = memory.trust && authoritiesOf(memory.trust)
  const asked = readRenewRequests(paths.requests)
  const look = (spec: SourcedCertificate): CertificateFinding => {
    const { source } = spec
    if (!source)
      return withOwnWindow(
        place,
        withSpecChange(lookAtCertificate(place, spec, authorities, memory.parser), paths),
      )
    const known = memory.remotes?.get(source.remote)?.authorities
    const finding = lookAtCertificate(place, spec, undefined, memory.parser)
    const since = finding.certificate ? writtenAt(place, spec.certificate) : clock()
    return judgeRemote(finding, { source, authorities: known, since })
  }
  return specs.certificates.filter(wanted).map((spec) => {
    const finding = look(spec)
    const plan = planCertificate({
      found: finding,
      attempts: memory.attempts.get(spec.name),
      isAskedFor: asked.has(spec.name),
      suggestion: finding.certificate && suggestionFor(memory, finding.certificate),
      now: clock(),
    })
    return { finding, plan }
  })
}

/** The shortest time between two renewals of one certificate, if half of its rest is not shorter. */
const LEAST = hours(1)

/** Where its spec says how long before the end. */
const withOwnWindow = (
  place: CertmgrContext['place'],
  finding: CertificateFinding,
): CertificateFinding => {
  const { spec, certificate } = finding
  if (spec.renewBefore === undefined || !certificate) return finding
  const before = parseDuration(spec.renewBefore)
  const wish = { before, spread: before, since: writtenAt(place, spec.certificate), least: LEAST }
  return { ...finding, window: windowBeforeEnd(certificate.validity, wish) }
}

/** By the profile that the kept generation of the same certificate was asked for. */
const withSpecChange = (
  finding: CertificateFinding,
  { generations }: Pick<StatePaths, 'generations'>,
): CertificateFinding => {
  const { spec, key, certificate } = finding
  const made = readGenerations(generations, spec.name).find(
    ({ serialNumber }) => serialNumber === certificate?.serialNumber,
  )
  const specChange = specChangeOf(spec, { key, certificate, profile: made?.profile })
  return specChange ? { ...finding, specChange } : finding
}

/** What the CA last told of a certificate. */
export const suggestionFor = (
  { suggestions }: Pick<Memory, 'suggestions'>,
  certificate: Certificate,
): RenewalWindow | undefined => {
  const id = formatCertificateId(certificate)
  return id === undefined ? undefined : suggestions[id]
}
