import { digestOfFile, loadOwnerIds, readTextFileIfAny } from '@easycerts/adapters/files'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import type { NodeFacts } from '@easycerts/shared/cluster'
import { decideRenewal, type CertificateOnDisk } from '@easycerts/shared/renewal'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import { inAdoptedLayout } from '../adoption/adoption.ts'
import type { AdoptionRecord } from '../adoption/adoption-record.ts'
import { type Machine, pathOn } from '../machine/index.ts'
import type { Manifest } from '../manifest/index.ts'
import { certificatesOf, kubeconfigFilesOf, trustBundleFilesOf } from '../plan/layout-of-node.ts'
import { findCertificate } from '../steps/find-certificate.ts'
import type { BundleStatus, CertificateStatus, KubeconfigStatus } from './node-status.ts'

interface KnownFiles {
  readonly manifest: Manifest
  /** What the join took over, if it did. */
  readonly adopted: AdoptionRecord | undefined
}

const rowsOf = (node: NodeFacts, adopted: AdoptionRecord | undefined) =>
  certificatesOf(node).flatMap((row) => {
    if (!adopted) return [{ row, keyOwner: row.owner }]
    const taken = adopted.certificates.find(({ profile }) => profile === row.profile)
    return taken ? [{ row, keyOwner: taken.keyOwner }] : []
  })

/** Bundles, certificates and kubeconfigs of the node, by its role. */
export const lookAtFiles = (
  machine: Machine,
  told: NodeFacts,
  { manifest, adopted }: KnownFiles,
): {
  certificates: CertificateStatus[]
  bundles: BundleStatus[]
  kubeconfigs: KubeconfigStatus[]
} => {
  const { node } = inAdoptedLayout({ node: told }, adopted)
  const bundles = trustBundleFilesOf(node).map(({ purpose, path }) => {
    const read = entriesOf(machine, path)
    return { purpose, path, read }
  })
  const authorities = bundles.flatMap(({ read }) =>
    typeof read === 'string' ? [] : read.certificates,
  )
  const place = { machine, ids: loadOwnerIds(machine.root, machine.effectiveUid) }
  const now = machine.clock()
  return {
    certificates: rowsOf(node, adopted).map(({ row, keyOwner }) => {
      const found = findCertificate({ ...row, owner: keyOwner }, authorities, place)
      const { profile, component, certificate: path } = row
      return { profile, component, path, ...stateOf(found, now) }
    }),
    bundles: bundles.map(({ purpose, path, read }) =>
      typeof read === 'string'
        ? { purpose, path, state: read, entries: 0 }
        : { purpose, path, state: 'good', entries: read.count },
    ),
    // Those of an adopted node are not ours.
    kubeconfigs: (adopted ? [] : kubeconfigFilesOf(node)).map(({ path }) => {
      const digest = digestOfFile(pathOn(machine, path))
      if (digest === undefined) return { path, state: 'missing' }
      const written = manifest.files[path]
      return { path, state: written === undefined || written === digest ? 'good' : 'changed' }
    }),
  }
}

const stateOf = (
  found: CertificateOnDisk,
  now: Date,
): Pick<CertificateStatus, 'state' | 'notAfter'> => {
  const { certificate } = found
  if (found.state !== 'present') return { state: found.state }
  if (!certificate) return { state: 'unreadable' }
  const { notBefore, notAfter } = certificate.validity
  if (found.keyMatches === false) return { state: 'key mismatch', notAfter }
  if (found.issuerKnown === false) return { state: 'issuer unknown', notAfter }
  if (notAfter < now) return { state: 'expired', notAfter }
  if (notBefore > now) return { state: 'not yet valid', notAfter }
  return { state: decideRenewal(found, now).renew ? 'due' : 'good', notAfter }
}

const entriesOf = (
  machine: Machine,
  path: string,
): 'missing' | 'unreadable' | { count: number; certificates: Certificate[] } => {
  try {
    const text = readTextFileIfAny(pathOn(machine, path))
    if (text === undefined) return 'missing'
    const blocks = decodePemBlocks(text)
    const certificates = blocks.flatMap(({ label, der }) =>
      label === 'CERTIFICATE' ? [parseCertificate(der)] : [],
    )
    return blocks.length === 0 ? 'unreadable' : { count: blocks.length, certificates }
  } catch {
    return 'unreadable'
  }
}
