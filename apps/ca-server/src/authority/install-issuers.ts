import { OID } from '@easycerts/shared/asn1'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import {
  type Certificate,
  certificateChainPem,
  type CertificateRequest,
  encodeSubject,
  formatName,
  formatSubject,
  parseCertificate,
  parseCertificateRequest,
  subjectOf,
} from '@easycerts/shared/x509'
import { type AcceptedIssuer, acceptIssuer } from './accept-issuer.ts'
import type { IssuerRequestRow, Store } from './store/index.ts'

export interface Installation {
  /** PEM texts: the certificates that were asked for, and what stands above them, in any order. */
  readonly pems: readonly string[]
  readonly actor: string
  readonly clock: Clock
}

export interface InstalledIssuer extends AcceptedIssuer {
  readonly id: string
}

/**
 * Gives waiting issuers their certificates, all that were handed over or none: one that is not for a
 * request of ours, or not as asked, refuses the whole. ERR_ISSUER_NOT_ACCEPTED, ERR_PEM_MALFORMED.
 */
export const installIssuers = async (
  store: Store,
  { pems, actor, clock }: Installation,
): Promise<InstalledIssuer[]> => {
  const pool = uniqueCertificates(pems)
  return store.transact(async (writing) => {
    const installed: InstalledIssuer[] = []
    for (const row of await writing.listIssuerRequests()) {
      const certificate = findCertificate(pool, row)
      if (!certificate) continue
      const accepted = acceptIssuer(certificate, pool, { purpose: row.purpose, now: clock() })
      checkAsAsked(certificate, parseCertificateRequest(row.request), row)
      await writing.removeIssuerRequest(row.id)
      await writing.addIssuer({
        id: row.id,
        purpose: row.purpose,
        certificate: certificate.der,
        pin: certificate.pin,
        chain: certificateChainPem(accepted.above),
        keyLocation: row.keyLocation,
      })
      await writing.appendLog({
        at: clock().toISOString(),
        kind: 'issuer-installed',
        actor,
        body: {
          issuer: row.id,
          subject: formatName(certificate.subject),
          fingerprint: certificate.fingerprint,
          above: accepted.above.map(({ fingerprint }) => fingerprint),
        },
      })
      installed.push({ ...accepted, id: row.id })
    }
    refuseUnused(pool, installed)
    return installed
  })
}

const uniqueCertificates = (pems: readonly string[]): Certificate[] => {
  const found = pems
    .flatMap((pem) => decodePemBlocks(pem))
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ der }) => parseCertificate(der))
  return [...new Map(found.map((each) => [each.fingerprint, each])).values()]
}

const findCertificate = (
  pool: readonly Certificate[],
  { id, pin }: IssuerRequestRow,
): Certificate | undefined => {
  const [certificate, second] = pool.filter((candidate) => candidate.pin === pin)
  if (second)
    throw new EasycertsError('ERR_ISSUER_NOT_ACCEPTED', `there are two certificates for ${id}`)
  return certificate
}

/** What the request asked for and a verifier will look at must be what came back. */
const checkAsAsked = (
  certificate: Certificate,
  { subject, extensions }: CertificateRequest,
  { id }: IssuerRequestRow,
): void => {
  const wanted = subjectOf(subject)
  const given = subjectOf(certificate.subject)
  if (!wanted || !given || !encodeSubject(wanted).equals(encodeSubject(given)))
    throw notAsAsked(id, `its subject is ${formatName(certificate.subject)}`, wanted)
  const identifier = certificate.extensions.get(OID.subjectKeyIdentifier)?.value
  if (!identifier?.equals(extensions.get(OID.subjectKeyIdentifier)?.value ?? Buffer.alloc(0)))
    throw notAsAsked(id, 'it lacks the subject key identifier of the request')
  if (certificate.keyUsage?.includes('cRLSign') !== true)
    throw notAsAsked(id, 'it lacks the key usage cRLSign')
}

const notAsAsked = (
  id: string,
  difference: string,
  wanted?: { readonly commonName: string; readonly organizations: readonly string[] },
): EasycertsError =>
  new EasycertsError(
    'ERR_ISSUER_NOT_ACCEPTED',
    `the certificate for ${id} is not as requested: ${difference}`,
    {
      hint: wanted
        ? `sign the request with its own subject, ${formatSubject(wanted)}`
        : 'sign the request with the extensions that it asks for (openssl x509 -req -copy_extensions copyall)',
    },
  )

/** A certificate that stands above nobody was meant for something that we do not have. */
const refuseUnused = (
  pool: readonly Certificate[],
  installed: readonly InstalledIssuer[],
): void => {
  const used = new Set(
    installed.flatMap(({ certificate, above }) =>
      [certificate, ...above].map(({ fingerprint }) => fingerprint),
    ),
  )
  const unused = pool.find(({ fingerprint }) => !used.has(fingerprint))
  if (installed.length === 0 || unused)
    throw new EasycertsError(
      'ERR_ISSUER_NOT_ACCEPTED',
      unused
        ? `certificate of ${formatName(unused.subject)} is for no issuer that waits`
        : 'no certificate was given',
      { hint: 'see "ca-server issuer csr" for the requests that wait' },
    )
}
