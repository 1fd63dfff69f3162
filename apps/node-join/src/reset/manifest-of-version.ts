import { digestOf } from '@easycerts/adapters/files'
import type { NodeRecord } from '@easycerts/adapters/identity-store'
import { layoutOfNode } from '@easycerts/shared/layout'
import type { Manifest } from '../manifest/index.ts'
import { planCertmgrConfig } from '../plan/plan-certmgr-config.ts'
import { planKubeconfigs } from '../plan/plan-kubeconfigs.ts'
import { planSpecs } from '../plan/plan-specs.ts'
import { planStack } from '../plan/plan-stack.ts'
import { certificatesOf, trustBundleFilesOf } from '../plan/layout-of-node.ts'

const PROGRAMS = {
  node: '/usr/bin/node',
  certmgr: '/usr/local/bin/certmgr',
  caServer: '/usr/local/bin/ca-server',
}

/** For a node that joined before joins kept a manifest: what this version would have written. */
export const manifestOfVersion = ({ node, cluster, description }: NodeRecord): Manifest => {
  const { serviceAccountKey, serviceAccountPublicKey } = layoutOfNode(node)
  const stack = planStack({ cluster, node, description, programs: PROGRAMS, sealedKeys: false })
  const { servers } = stack
  const facts = { node, cluster, keyAlgorithm: 'ecdsa-p256' as const, servers }
  const written = [
    ...planKubeconfigs(cluster, node),
    ...planSpecs(facts),
    planCertmgrConfig(),
    ...stack.files,
  ]
  const renewed = [
    ...trustBundleFilesOf(node).map(({ path }) => path),
    ...certificatesOf(node).flatMap(({ certificate, key }) => [certificate, key]),
    ...(node.role === 'master' ? [serviceAccountKey, serviceAccountPublicKey] : []),
  ]
  return {
    version: 1,
    files: Object.fromEntries([
      ...renewed.map((path) => [path, ''] as const),
      ...written.map(({ path, content }) => [path, digestOf(content)] as const),
    ]),
    directories: [],
  }
}
