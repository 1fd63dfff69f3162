import 'reflect-metadata'
import * as peculiar from '@peculiar/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OID } from '@easycerts/shared/asn1'
import { addressOctets } from '@easycerts/shared/cluster'
import { certificatePem, KEY_USAGES, keyIdentifierOf } from '@easycerts/shared/x509'
import {
  issueAll,
  type IssuedCertificate,
  type IssuedCertificates,
} from '../support/conformance/issued-certificates.ts'
import { EXPECTED_CERTIFICATES } from '../support/expected-certificates.ts'

let issued: IssuedCertificates
beforeAll(async () => {
  issued = await issueAll()
})
afterAll(() => issued.dispose())

/** One spelling of a name for both: addresses as their octets. */
const nameOf = (kind: string, value: string): string =>
  kind === 'ip' ? `ip:${Buffer.from(addressOctets(value)).toString('hex')}` : `${kind}:${value}`

const theirs = ({ certificate }: IssuedCertificate) => {
  const read = new peculiar.X509Certificate(certificatePem(certificate))
  const usages = read.getExtension(peculiar.KeyUsagesExtension)!
  const names = read.getExtension(peculiar.SubjectAlternativeNameExtension)
  const constraints = read.getExtension(peculiar.BasicConstraintsExtension)!
  return {
    serialNumber: read.serialNumber,
    subject: read.subjectName.toJSON(),
    validity: { notBefore: read.notBefore, notAfter: read.notAfter },
    isCa: constraints.ca,
    keyUsage: KEY_USAGES.filter((_, bit) => (usages.usages & (1 << bit)) !== 0),
    extendedKeyUsage: read.getExtension(peculiar.ExtendedKeyUsageExtension)!.usages,
    names:
      names?.names.items.map(({ type, value }) => nameOf(type === 'url' ? 'uri' : type, value)) ??
      [],
    subjectKey: read.getExtension(peculiar.SubjectKeyIdentifierExtension)!.keyId,
    authorityKey: read.getExtension(peculiar.AuthorityKeyIdentifierExtension)!.keyId,
    spki: Buffer.from(read.publicKey.rawData).toString('hex'),
    extensions: read.extensions.map(({ type, critical }) => [type, critical]),
  }
}

const ours = ({ certificate, issuer }: IssuedCertificate) => ({
  serialNumber: certificate.serialNumber,
  subject: certificate.subject.map(({ type, value }) => ({ [SHORT[type]!]: [value] })),
  validity: certificate.validity,
  isCa: certificate.basicConstraints?.isCa,
  keyUsage: certificate.keyUsage,
  extendedKeyUsage: certificate.extendedKeyUsage,
  names: certificate.names.map(({ kind, value }) => nameOf(kind, value)),
  subjectKey: keyIdentifierOf(certificate.spki).toString('hex'),
  authorityKey: issuer.keyIdentifier.toString('hex'),
  spki: certificate.spki.toString('hex'),
  extensions: [...certificate.extensions.values()].map(({ oid, critical }) => [oid, critical]),
})
const SHORT: Readonly<Record<string, string>> = { commonName: 'CN', organizationName: 'O' }

describe('@peculiar/x509', () => {
  it.each(EXPECTED_CERTIFICATES)('reads in $profile what we read in it', ({ profile }) => {
    const certificates = issued.of(profile)
    expect(certificates.map(theirs)).toEqual(certificates.map(ours))
  })

  it.each(EXPECTED_CERTIFICATES)('reads in $profile what the table has', (expected) => {
    for (const certificate of issued.of(expected.profile))
      expect(theirs(certificate)).toMatchObject({
        subject: [
          ...expected.organizations.map((name) => ({ O: [name] })),
          { CN: [expected.commonName] },
        ],
        extendedKeyUsage: expected.purposes.map((purpose) => OID[purpose]),
      })
  })
})
