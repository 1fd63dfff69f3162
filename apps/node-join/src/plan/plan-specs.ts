import type { ClusterFacts, NodeFacts } from '@easycerts/shared/cluster'
import type { Action, CertificateSpec, TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import { formatConfig } from '@easycerts/shared/config'
import type { KeyAlgorithm } from '@easycerts/shared/key'
import {
  COMPONENT_UNITS,
  needAfterBundleChange,
  needAfterLeafChange,
  NODE_PATHS,
  type NodeCertificate,
  type TrustBundleFile,
} from '@easycerts/shared/layout'
import {
  adoptBundleSpec,
  adoptCertificateSpec,
  adoptedRow,
  type Adoption,
} from '../adoption/index.ts'
import { heldCertificates, trustBundleFilesOf } from './layout-of-node.ts'
import { planBundleProof, planProof, type ProofFacts } from './plan-proof.ts'
import { type PlannedFile, WRITTEN_BY } from './planned-file.ts'

export interface SpecFacts extends Pick<ProofFacts, 'servers'> {
  readonly cluster: ClusterFacts
  readonly node: NodeFacts
  readonly keyAlgorithm: KeyAlgorithm
  /** What was the old certmgr's. */
  readonly adoption?: Adoption | undefined
}

/** One file per certificate and per trust bundle that certmgr keeps true on this node. */
export const planSpecs = (facts: SpecFacts): PlannedFile[] => [
  ...trustBundleFilesOf(facts.node).map((row) => specFile(trustBundleSpec(row, facts))),
  ...heldCertificates(facts).map((row) => specFile(certificateSpec(row, facts))),
]

const specFile = (spec: CertificateSpec | TrustBundleSpec): PlannedFile => ({
  path: `${NODE_PATHS.specDirectory}/${spec.name}.yaml`,
  content: formatConfig(WRITTEN_BY, spec),
  mode: 0o644,
})

export const certificateSpec = (
  row: NodeCertificate,
  { cluster, node, keyAlgorithm, servers, adoption }: SpecFacts,
): CertificateSpec => {
  const { component, use, owner } = row
  const restarts =
    needAfterLeafChange(component, use, cluster.kubernetesVersion) === 'restart'
      ? restartsOf([row.component])
      : []
  const proof = planProof(row, { cluster, node, servers, isRestarted: restarts.length > 0 })
  const spec: CertificateSpec = {
    kind: 'Certificate',
    name: row.profile,
    profile: row.profile,
    group: row.group,
    certificate: { path: row.certificate, owner: 'root', group: 'root', mode: '0644' },
    key: {
      path: row.key,
      owner,
      group: owner,
      mode: '0600',
      algorithm: keyAlgorithm,
      rotation: row.keyRotation,
    },
    actions: restarts.length === 0 ? {} : { leaf: restarts, key: restarts },
    ...(proof ? { proof } : {}),
  }
  const adopted = adoption && adoptedRow(adoption, row.profile)
  return adopted ? adoptCertificateSpec(spec, adopted) : spec
}

/** The name says "trust": a purpose and a profile may have the same one. */
export const trustBundleSpec = (
  row: TrustBundleFile,
  { cluster, node, adoption }: SpecFacts,
): TrustBundleSpec => {
  const { purpose, path, readers, roles } = row
  const present = new Set(heldCertificates({ node, adoption }).map(({ component }) => component))
  const restarts = restartsOf(
    readers.filter(
      (reader) =>
        roles.includes(node.role) &&
        present.has(reader) &&
        needAfterBundleChange(reader, cluster.kubernetesVersion) === 'restart',
    ),
  )
  const proof = planBundleProof(purpose, { cluster, node })
  const spec: TrustBundleSpec = {
    kind: 'TrustBundle',
    name: `trust-${purpose}`,
    purpose,
    file: { path, owner: 'root', group: 'root', mode: '0644' },
    actions: restarts.length === 0 ? {} : { bundle: restarts },
    ...(proof ? { proof } : {}),
  }
  return adoption ? adoptBundleSpec(spec, row, adoption) : spec
}

const restartsOf = (components: readonly NodeCertificate['component'][]): Action[] =>
  components.flatMap((component) => {
    const unit = COMPONENT_UNITS[component]
    return unit === undefined ? [] : [{ restart: unit }]
  })
