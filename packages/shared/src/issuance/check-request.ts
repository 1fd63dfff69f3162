import { OID } from '../asn1/index.ts'
import { sameHost } from '../cluster/index.ts'
import { EasycertsError } from '../errors/index.ts'
import {
  type CertificateRequest,
  formatGeneralName,
  formatName,
  readGeneralNames,
  sameSubject,
  subjectOf,
} from '../x509/index.ts'
import type { Grant } from './authorize.ts'

/**
 * A request contributes its key and nothing else. What it asks for beside must be empty, or what
 * policy grants anyway: anything more is refused rather than dropped, so that nobody believes that
 * they got it.
 */
export const checkRequest = (request: CertificateRequest, grant: Grant): void => {
  const subject = subjectOf(request.subject)
  const isEmpty = request.subject.length === 0
  if (!isEmpty && !(subject && sameSubject(subject, grant.subject)))
    throw new EasycertsError(
      'ERR_SUBJECT_NOT_PERMITTED',
      `subject "${formatName(request.subject).slice(0, 120)}" is not permitted`,
    )
  for (const { oid, value } of request.extensions.values()) {
    if (oid !== OID.subjectAltName)
      throw new EasycertsError(
        'ERR_EXTENSION_NOT_PERMITTED',
        `requested extension ${oid} is not permitted`,
      )
    checkNames(value, grant)
  }
}

const checkNames = (value: Buffer, grant: Grant): void => {
  const foreign = readGeneralNames(value).find(
    (name) =>
      !(
        (name.kind === 'dns' || name.kind === 'ip') &&
        grant.hosts.some((host) => sameHost(host, name))
      ),
  )
  if (foreign)
    throw new EasycertsError(
      'ERR_SAN_NOT_PERMITTED',
      `name "${formatGeneralName(foreign).slice(0, 120)}" is not permitted by profile "${grant.profile.name}"`,
    )
}
