import type { SignRequest } from './sign-request.ts'

/** The JSON that a client of cfssl sends to have the same signed. */
export const writeSignRequest = (request: SignRequest): string => {
  const { hosts, subject, certificateRequest, profile, label } = request
  return JSON.stringify({
    hosts: hosts ?? null,
    certificate_request: certificateRequest,
    ...(subject ? { subject: subjectOf(subject) } : {}),
    profile,
    crl_override: '',
    label,
  })
}

const subjectOf = ({ commonName, names, serialNumber }: NonNullable<SignRequest['subject']>) => ({
  CN: commonName,
  names: names.map((name) => ({
    C: name.country,
    ST: name.province,
    L: name.locality,
    O: name.organization,
    OU: name.organizationalUnit,
  })),
  SerialNumber: serialNumber,
})
