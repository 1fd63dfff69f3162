import { OID } from '../../../asn1/index.ts'
import type { CertificateUsage } from '../../../profile/index.ts'
import type { ExtendedKeyUsage } from '../../../x509/index.ts'
import { ANY_EXTENDED_KEY_USAGE } from './any-extended-key-usage.ts'
import { lintRule } from '../lint-rule.ts'

/** The linter's own table: a slip in the builder's must not pass by itself. */
const EXPECTED = {
  client: ['clientAuth'],
  server: ['serverAuth'],
  peer: ['clientAuth', 'serverAuth'],
  'token-signing': ['jwt'],
  'ocsp-signing': ['OCSPSigning'],
  'document-signing': ['documentSigning'],
} as const satisfies Readonly<Record<CertificateUsage, readonly ExtendedKeyUsage[]>>

export const extendedKeyUsage = lintRule({
  name: 'extended-key-usage',
  requires: 'extended key usages of the profile, all of them and no other',
  source: 'RFC 5280 §4.2.1.12',
  findFault: ({ read: { extendedKeyUsage = [] }, grant: { profile } }) => {
    const expected = EXPECTED[profile.usage].map((usage) => OID[usage])
    const actual = extendedKeyUsage.filter((oid) => oid !== ANY_EXTENDED_KEY_USAGE)
    return actual.length === expected.length && expected.every((oid) => actual.includes(oid))
      ? undefined
      : `its extended key usages are not those of a ${profile.usage} certificate`
  },
})
