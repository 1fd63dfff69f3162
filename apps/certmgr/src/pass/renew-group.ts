import type { FileWrite } from '@easycerts/adapters/files'
import { isEasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import type { RenewalReason } from '@easycerts/shared/renewal'
import {
  type Certificate,
  type CertificateChain,
  certificateChainPem,
  formatName,
} from '@easycerts/shared/x509'
import { type CertificateFinding, fileWriteOf } from '../disk/index.ts'
import type { CertificateIssuer } from '../issuers/index.ts'
import {
  actionsOfRenewal,
  contradictClock,
  deadlineOf,
  demandedBy,
  earliestDeadline,
} from '../plan/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { changeOfCertificate } from './changes-of.ts'
import { distrusted, isDistrust } from './distrust.ts'
import { formFilesOf, requirePasswords } from './form-files.ts'
import { publishSet } from './publish-set.ts'
import { recordFailure, recordSuccess, remainingOf } from './record-outcome.ts'
import { requirePlace } from './require-place.ts'
import { suggestionFor } from './survey.ts'

export interface DueCertificate {
  readonly finding: CertificateFinding
  readonly reason: RenewalReason
}

interface Obtained extends DueCertificate {
  readonly key: ExportableKey
  readonly isKeyNew: boolean
  readonly certificate: Certificate
  /** The certificate and what its verifiers may need after it. */
  readonly chain: CertificateChain
  readonly forms: readonly FileWrite[]
}

/**
 * Renews what is due of one consumer group and publishes it at once. One that fails stays as it is
 * and stops no other. Returns whether the CA is still there to be asked for more.
 */
export const renewGroup = async (
  context: CertmgrContext,
  memory: Memory,
  due: readonly DueCertificate[],
  issuer: CertificateIssuer,
): Promise<boolean> => {
  const obtained: Obtained[] = []
  let isCaThere = true
  for (const each of due) {
    try {
      const { finding: found, reason } = each
      const suggestion = found.certificate && suggestionFor(memory, found.certificate)
      const { time: caTime } = issuer
      if (caTime) contradictClock({ found, reason, suggestion, now: context.clock(), caTime })
      obtained.push(await obtain(context, each, issuer))
    } catch (error) {
      fail(context, memory, each, error)
      if (isDistrust(error)) memory.ca = distrusted(memory.ca, context.clock())
      isCaThere = !isAbsence(error) && !isDistrust(error)
    }
    if (!isCaThere) break
  }
  await publishGroup(context, memory, obtained)
  return isCaThere
}

/** Asking for the next certificate would only wait for the same time again. */
export const isAbsence = (error: unknown): boolean =>
  isEasycertsError(error) &&
  (error.code === 'ERR_CA_UNREACHABLE' || error.code === 'ERR_CA_TIMEOUT')

const obtain = async (
  context: CertmgrContext,
  due: DueCertificate,
  issuer: CertificateIssuer,
): Promise<Obtained> => {
  const { spec, key: found } = due.finding
  requirePasswords(context, spec)
  await requirePlace(context, spec)
  const kept =
    spec.key.rotation === 'keep' && found?.algorithm === spec.key.algorithm ? found : undefined
  const key = kept ?? (await generateSigningKey(spec.key.algorithm))
  const chain = await issuer.issue(spec, key)
  const [certificate] = chain
  const forms = await formFilesOf(context, spec, { key, chain })
  return { ...due, key, isKeyNew: kept === undefined, certificate, chain, forms }
}

const publishGroup = async (
  context: CertmgrContext,
  memory: Memory,
  obtained: readonly Obtained[],
): Promise<void> => {
  const [first] = obtained
  if (!first) return
  const { place } = context
  try {
    await publishSet(context, {
      set: `group-${first.finding.spec.group}`,
      files: obtained.flatMap(({ finding: { spec }, key, chain, forms }) => [
        fileWriteOf(place, spec.key, key.exportPem()),
        fileWriteOf(place, spec.certificate, certificateChainPem(chain)),
        ...forms,
      ]),
      deadline: earliestDeadline(
        obtained.map(({ finding: { certificate } }) => certificate && deadlineOf(certificate)),
      ),
      actions: obtained.flatMap(({ finding: { spec }, isKeyNew }) =>
        demandedBy(
          changeOfCertificate(context, spec, isKeyNew ? 'key' : 'leaf'),
          actionsOfRenewal(spec, isKeyNew),
        ),
      ),
    })
    for (const each of obtained) succeed(context, memory, each)
  } catch (error) {
    for (const each of obtained) fail(context, memory, each, error)
  }
}

const succeed = (
  context: CertmgrContext,
  memory: Memory,
  { finding, reason, certificate, isKeyNew }: Obtained,
): void =>
  recordSuccess(context, memory, finding.spec.name, {
    message: 'certificate renewed',
    fields: {
      reason,
      subject: formatName(certificate.subject),
      serial: certificate.serialNumber,
      notAfter: certificate.validity.notAfter.toISOString(),
      key: isKeyNew ? 'new' : 'kept',
    },
  })

const fail = (
  context: CertmgrContext,
  memory: Memory,
  { finding }: DueCertificate,
  error: unknown,
): void =>
  recordFailure(context, memory, finding.spec.name, {
    error,
    remaining: remainingOf(finding.certificate, context.clock()),
  })
