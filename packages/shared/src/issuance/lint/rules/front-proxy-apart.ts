import { OID } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

/** What kube-apiserver is told to believe X-Remote-User from: ours, and kubeasz's. */
const FRONT_PROXY_USERS = ['front-proxy-client', 'aggregator']

export const frontProxyApart = lintRule({
  name: 'front-proxy-apart',
  requires: 'front-proxy users only from the front-proxy issuer, which makes clients alone',
  source: 'Kubernetes, Configure the aggregation layer',
  findFault: ({ read, commonNames, issuer }) => {
    const isFrontProxy = issuer.purpose === 'front-proxy'
    const user = commonNames.find((name) => FRONT_PROXY_USERS.includes(name))
    if (user !== undefined && !isFrontProxy) return `${user} may impersonate users`
    const { extendedKeyUsage = [] } = read
    return isFrontProxy && extendedKeyUsage.includes(OID.serverAuth)
      ? 'the front-proxy issuer makes no servers'
      : undefined
  },
})
