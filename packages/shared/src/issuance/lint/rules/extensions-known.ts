import { OID } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

/** Whether an extension is critical; 'either': another rule decides. */
const CRITICALITY: Readonly<Record<string, boolean | 'either'>> = {
  [OID.keyUsage]: true,
  [OID.basicConstraints]: true,
  [OID.extKeyUsage]: false,
  [OID.subjectAltName]: 'either',
  [OID.subjectKeyIdentifier]: 'either',
  [OID.authorityKeyIdentifier]: 'either',
  [OID.cRLDistributionPoints]: false,
  [OID.authorityInfoAccess]: false,
  [OID.noRevAvail]: false,
  [OID.ocspNoCheck]: false,
}

export const extensionsKnown = lintRule({
  name: 'extensions-known',
  requires: 'no extension but those that we write, each as critical as it should be',
  source: 'RFC 5280 §4.2',
  findFault: ({ read: { extensions } }) => {
    for (const { oid, critical } of extensions.values()) {
      const expected = CRITICALITY[oid]
      if (expected === undefined) return `it has the extension ${oid}`
      if (expected !== 'either' && expected !== critical)
        return `its extension ${oid} is ${critical ? 'critical' : 'not critical'}`
    }
    return undefined
  },
})
