import type { ClusterFacts, NodeFacts } from '@easycerts/shared/cluster'
import { formatKubeconfig } from '@easycerts/shared/kubernetes'
import { bundlePath, certificateOf, kubeconfigFilesOf } from './layout-of-node.ts'
import type { PlannedFile } from './planned-file.ts'

/** They refer to files, so that a renewed certificate reaches who reads them. */
export const planKubeconfigs = (cluster: ClusterFacts, node: NodeFacts): PlannedFile[] =>
  kubeconfigFilesOf(node).map(({ path, profile, user, owner }) => {
    const { certificate, key } = certificateOf(node, profile)
    return {
      path,
      content: formatKubeconfig({
        cluster: cluster.name,
        server: cluster.apiserver,
        user,
        credentials: { kind: 'files', ca: bundlePath(node, 'server-ca'), certificate, key },
      }),
      mode: 0o600,
      owner,
    }
  })
