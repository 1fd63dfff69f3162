import { OID } from '../../../asn1/index.ts'
import { legacyRule } from '../legacy-rule.ts'

/** What cfssl writes of itself, and whether it is critical; 'either': another rule decides. */
const WRITTEN: Readonly<Record<string, boolean | 'either'>> = {
  [OID.keyUsage]: true,
  [OID.extKeyUsage]: false,
  [OID.basicConstraints]: true,
  [OID.subjectKeyIdentifier]: 'either',
  [OID.authorityKeyIdentifier]: 'either',
  [OID.authorityInfoAccess]: false,
  [OID.subjectAltName]: 'either',
  [OID.cRLDistributionPoints]: false,
}

export const legacyExtensions = legacyRule({
  name: 'legacy-extensions',
  requires: 'extensions that cfssl writes, and those that its profile lets a request bring',
  source: 'RFC 5280 §4.2',
  findFault: ({ read: { extensions }, meant: { otherExtensions } }) => {
    for (const { oid, critical } of extensions.values()) {
      if (otherExtensions.includes(oid)) continue
      const expected = WRITTEN[oid]
      if (expected === undefined) return `it has the extension ${oid}`
      if (expected !== 'either' && expected !== critical)
        return `its extension ${oid} is ${critical ? 'critical' : 'not critical'}`
    }
    return undefined
  },
})
