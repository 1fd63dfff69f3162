import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  type BundlePurpose,
  KUBECONFIG_FILES,
  type KubeconfigFile,
  NODE_CERTIFICATES,
  type NodeCertificate,
  TRUST_BUNDLE_FILES,
  type TrustBundleFile,
} from '@easycerts/shared/layout'

type Node = Pick<NodeFacts, 'role' | 'clusterAdmin'>

const isFor = (
  { role, clusterAdmin }: Node,
  row: { readonly roles: readonly string[]; readonly clusterAdmin?: boolean },
): boolean => row.roles.includes(role) && (row.clusterAdmin !== true || clusterAdmin)

/** The certificates that a node of this role holds. */
export const certificatesOf = (node: Node): NodeCertificate[] =>
  NODE_CERTIFICATES.filter((row) => isFor(node, row))

export const kubeconfigFilesOf = (node: Node): KubeconfigFile[] =>
  KUBECONFIG_FILES.filter((row) => isFor(node, row))

export const trustBundleFilesOf = (node: Node): TrustBundleFile[] =>
  TRUST_BUNDLE_FILES.filter((row) => isFor(node, row))

/** Those that hold CAs: the keys of service accounts are known last, and are no certificates. */
export const caBundleFilesOf = (node: Node): TrustBundleFile[] =>
  trustBundleFilesOf(node).filter(({ purpose }) => purpose !== 'service-account')

/** Path of the bundle for a purpose; every role's table has the purposes that its programs need. */
export const bundlePath = (purpose: BundlePurpose): string =>
  rowOf(TRUST_BUNDLE_FILES, (row) => row.purpose === purpose).path

export const certificateOf = (profile: string): NodeCertificate =>
  rowOf(NODE_CERTIFICATES, (row) => row.profile === profile)

const rowOf = <Row>(rows: readonly Row[], matches: (row: Row) => boolean): Row => {
  const row = rows.find(matches)
  if (!row) throw new EasycertsError('ERR_INTERNAL', 'the layout tables contradict each other')
  return row
}
