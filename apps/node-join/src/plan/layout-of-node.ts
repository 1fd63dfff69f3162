import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  type BundlePurpose,
  type KubeconfigFile,
  layoutOfNode,
  type NodeCertificate,
  type TrustBundleFile,
} from '@easycerts/shared/layout'

import type { Adoption } from '../adoption/index.ts'

type Node = Pick<NodeFacts, 'role' | 'clusterAdmin' | 'layout'>

const isFor = (
  { role, clusterAdmin }: Node,
  row: { readonly roles: readonly string[]; readonly clusterAdmin?: boolean },
): boolean => row.roles.includes(role) && (row.clusterAdmin !== true || clusterAdmin)

/** The certificates that a node of this role holds. */
export const certificatesOf = (node: Node): NodeCertificate[] =>
  layoutOfNode(node).certificates.filter((row) => isFor(node, row))

/** Those that it holds: of an adopted node the ones that its old certmgr had specs for. */
export const heldCertificates = ({
  node,
  adoption,
}: {
  readonly node: Node
  readonly adoption?: Pick<Adoption, 'certificates'> | undefined
}): NodeCertificate[] =>
  certificatesOf(node).filter(
    ({ profile }) => !adoption || adoption.certificates.some(({ row }) => row.profile === profile),
  )

export const kubeconfigFilesOf = (node: Node): KubeconfigFile[] =>
  layoutOfNode(node).kubeconfigs.filter((row) => isFor(node, row))

export const trustBundleFilesOf = (node: Node): TrustBundleFile[] =>
  layoutOfNode(node).bundles.filter((row) => isFor(node, row))

/** Those that hold CAs: the keys of service accounts are known last, and are no certificates. */
export const caBundleFilesOf = (node: Node): TrustBundleFile[] =>
  trustBundleFilesOf(node).filter(({ purpose }) => purpose !== 'service-account')

/** Path of the bundle for a purpose; every role's table has the purposes that its programs need. */
export const bundlePath = (node: Node, purpose: BundlePurpose): string =>
  rowOf(layoutOfNode(node).bundles, (row) => row.purpose === purpose).path

export const certificateOf = (node: Node, profile: string): NodeCertificate =>
  rowOf(layoutOfNode(node).certificates, (row) => row.profile === profile)

const rowOf = <Row>(rows: readonly Row[], matches: (row: Row) => boolean): Row => {
  const row = rows.find(matches)
  if (!row) throw new EasycertsError('ERR_INTERNAL', 'the layout tables contradict each other')
  return row
}
