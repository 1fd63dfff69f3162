import { OID } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

const POINTERS = [OID.cRLDistributionPoints, OID.authorityInfoAccess]

export const noRevAvailAlone = lintRule({
  name: 'no-rev-avail-alone',
  requires: 'noRevAvail without crlDistributionPoints or authorityInfoAccess',
  source: 'RFC 9608 §2',
  findFault: ({ read: { extensions } }) =>
    extensions.has(OID.noRevAvail) && POINTERS.some((oid) => extensions.has(oid))
      ? 'it says that nothing tells of its revocation, and where that is told'
      : undefined,
})
