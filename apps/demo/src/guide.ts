import { join } from 'node:path'
import { NODE_PATHS, PKI } from '@easycerts/shared/layout'
import type { Scratch } from './scratch.ts'

/** What is where, and what to type to see it. */
export const describeScratch = (scratch: Scratch): string => {
  const { ports, workerRoot, directory } = scratch
  const pki = join(workerRoot, PKI)
  return `
Everything lives in ${directory}
  ca/          keys, database and settings of ca-server (join port ${ports.join}, node port ${ports.node})
  worker-1/    a worker's root: ${PKI}, ${NODE_PATHS.specDirectory}, kubeconfigs, units
  master-1/    a master's root, with etcd's and the control plane's certificates
  *.log        what ca-server and certmgr say

Look at it from another terminal:
  openssl x509 -noout -subject -dates -in ${join(pki, 'kubelet-client.crt')}
  openssl s_client -connect 127.0.0.1:${ports.kubelet} -CAfile ${join(pki, 'server-ca.crt')} </dev/null
  kubectl --kubeconfig ${scratch.adminKubeconfig} get --raw /
  node_modules/.bin/certmgr status --root ${workerRoot}
  node_modules/.bin/ca-server --data-directory ${scratch.caData} certificate list
`
}
