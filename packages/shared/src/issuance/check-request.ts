import { OID } from '../asn1/index.ts'
import { sameHost } from '../cluster/index.ts'
import {
  type CertificateRequest,
  formatGeneralName,
  formatName,
  sameSubject,
  subjectOf,
} from '../x509/index.ts'
import type { Grant } from './grant.ts'
import { refusal } from './refusal.ts'

/**
 * A request contributes its key and nothing else. What it asks for beside must be empty, or what
 * policy grants anyway: anything more is refused rather than dropped, so that nobody believes that
 * they got it.
 */
export const checkRequest = (request: CertificateRequest, grant: Grant): void => {
  checkKeyAlgorithm(request, grant)
  const subject = subjectOf(request.subject)
  const isEmpty = request.subject.length === 0
  if (!isEmpty && !(subject && sameSubject(subject, grant.subject)))
    throw refusal(
      'ERR_SUBJECT_NOT_PERMITTED',
      'request-subject',
      `subject "${formatName(request.subject).slice(0, 120)}" is not permitted`,
    )
  for (const { oid } of request.extensions.values()) {
    if (oid !== OID.subjectAltName)
      throw refusal(
        'ERR_EXTENSION_NOT_PERMITTED',
        'request-extension',
        `requested extension ${oid} is not permitted`,
      )
  }
  checkNames(request, grant)
}

const checkKeyAlgorithm = ({ publicKey }: CertificateRequest, { profile }: Grant): void => {
  if (profile.keyAlgorithms?.includes(publicKey.algorithm) === false)
    throw refusal(
      'ERR_CSR_KEY_REJECTED',
      'key-algorithm',
      `profile "${profile.name}" is not for keys of ${publicKey.algorithm}`,
      `use a key of ${profile.keyAlgorithms.join(' or ')}`,
    )
}

const checkNames = ({ names }: CertificateRequest, grant: Grant): void => {
  const foreign = names.find(
    (name) =>
      !(
        (name.kind === 'dns' || name.kind === 'ip') &&
        grant.hosts.some((host) => sameHost(host, name))
      ),
  )
  if (foreign)
    throw refusal(
      'ERR_SAN_NOT_PERMITTED',
      'request-name',
      `name "${formatGeneralName(foreign).slice(0, 120)}" is not permitted by profile "${grant.profile.name}"`,
    )
}
