import { createHash } from 'node:crypto'
import { readOwnedFileIfAny } from '@easycerts/adapters/files'
import type { CertificateForm, CertificateSpec, PemForm } from '@easycerts/shared/certificate-spec'
import { Secret } from '@easycerts/shared/encoding'
import type { ExportableKey } from '@easycerts/shared/key'
import { type CertificateChain, certificateChainPem, certificatePem } from '@easycerts/shared/x509'
import { driftOf } from './file-drift.ts'
import { foundAt, type Place } from './place.ts'

/** What every form of a certificate is made of. */
export interface KeyPair {
  readonly key: ExportableKey
  readonly chain: CertificateChain
}

/** Certificates and the key in one text. */
export const combinedPem = ({ key, chain }: KeyPair): Secret<string> =>
  key.exportPem().map((pem) => certificateChainPem(chain) + pem)

export const PEM_FORMS: Readonly<
  Record<PemForm['form'], (pair: KeyPair) => string | Secret<string>>
> = {
  leaf: ({ chain }) => certificatePem(chain[0]),
  chain: ({ chain }) => certificateChainPem(chain),
  combined: combinedPem,
}

/** What is wrong with the other files of a spec; undefined if nothing is. */
export const formDriftOf = (
  place: Place,
  { also = [] }: CertificateSpec,
  pair: KeyPair,
): string | undefined =>
  also
    .map((form) =>
      isCurrent(place, form, pair) ? driftOf(place, form) : `${form.path} is missing or stale`,
    )
    .find((drift) => drift !== undefined)

/** Whether the octets of a form are of this certificate and key; their owner and mode do not count. */
export const isCurrent = (place: Place, form: CertificateForm, pair: KeyPair): boolean => {
  const found = octetsOf(place, form)
  if (!found) return false
  if (form.form === 'pkcs12') return isPkcs12Of(found, pair)
  const content = PEM_FORMS[form.form](pair)
  return found.equals(Buffer.from(content instanceof Secret ? content.reveal() : content))
}

/** What stands there is never followed, and damage is the same as absence. */
export const octetsOf = (place: Place, { path }: CertificateForm): Buffer | undefined => {
  try {
    return readOwnedFileIfAny(foundAt(place, path))?.bytes
  } catch {
    return undefined
  }
}

/** Two octets of length follow the tag of any file of 256 octets and more (X.690 §8.1.3.5). */
const LONG_FORM = 0x82
const HEADER = 4

/**
 * Complete, and of this certificate: `localKeyID`, which OpenSSL sets to the SHA-1 of the
 * certificate, stands unencrypted beside the key (RFC 7292 §4.2).
 */
const isPkcs12Of = (file: Buffer, { chain: [certificate] }: KeyPair): boolean =>
  file.length > HEADER &&
  file[1] === LONG_FORM &&
  file.readUInt16BE(2) + HEADER === file.length &&
  file.includes(createHash('sha1').update(certificate.der).digest())
