import { formatGeneralName } from '../../../x509/index.ts'
import type { LegacyLintInput } from '../legacy-certificate.ts'
import { legacyRule } from '../legacy-rule.ts'

/** Each part of a certificate, and whether it is the one that the key's policy passed. */
const PARTS: Readonly<Record<string, (input: LegacyLintInput) => boolean>> = {
  key: ({ meant, read }) => read.spki.equals(meant.publicKey.spki),
  'serial number': ({ meant, read }) => read.serialNumber === meant.serialNumber,
  'first second': ({ meant, read }) =>
    read.validity.notBefore.getTime() === meant.validity.notBefore.getTime(),
  'last second': ({ meant, read }) =>
    read.validity.notAfter.getTime() === meant.validity.notAfter.getTime(),
  subject: ({ meant, read }) => read.subjectDer.equals(meant.subject),
  'common name': ({ grant, commonNames }) =>
    commonNames.length < 2 && (commonNames[0] ?? '') === grant.subject.commonName,
  organizations: ({ grant: { subject }, organizations }) =>
    organizations.length === subject.organizations.length &&
    organizations.every((each) => subject.organizations.includes(each)),
  names: ({ meant, read }) =>
    read.names.length === meant.names.length &&
    read.names.every((name, index) => {
      const expected = meant.names[index]
      return expected !== undefined && formatGeneralName(name) === formatGeneralName(expected)
    }),
}

export const legacyAsAsked = legacyRule({
  name: 'legacy-as-asked',
  requires:
    'octets that say what the key’s policy passed: key, serial number, life, subject, names',
  source: 'RFC 5280 §4.1',
  findFault: (input) => {
    const different = Object.keys(PARTS).find((part) => PARTS[part]?.(input) === false)
    return different && `its octets have another ${different}`
  },
})
