import { OID } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

export const serverHasNames = lintRule({
  name: 'server-has-names',
  requires: 'servers named by DNS name or address, since nobody reads the common name',
  source: 'RFC 9525 §2, Kubernetes, PKI certificates and requirements',
  findFault: ({ read: { names, extendedKeyUsage } }) =>
    extendedKeyUsage?.includes(OID.serverAuth) !== true ||
    names.some(({ kind }) => kind === 'dns' || kind === 'ip')
      ? undefined
      : 'it is for a server and names none',
})
