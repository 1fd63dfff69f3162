import type { KubeconfigFile } from './kubeconfig-file.ts'
import { EASYCERTS_LAYOUT, type Layout } from './layout.ts'
import type { NodeCertificate } from './node-certificate.ts'
import type { BundlePurpose } from './trust-bundle-file.ts'

/** The paths of another system, by what they are in ours. */
export interface LayoutNames {
  /** By profile: the file without the ending that tells certificate and key apart. */
  readonly certificates: Readonly<Record<string, string>>
  readonly pathsOf: (name: string) => Pick<NodeCertificate, 'certificate' | 'key'>
  /** By profile, where a key has another owner there. */
  readonly owners?: Readonly<Partial<Record<string, NodeCertificate['owner']>>>
  readonly bundles: Readonly<Record<BundlePurpose, string>>
  /** By profile. */
  readonly kubeconfigs: Readonly<Record<string, string>>
  readonly serviceAccountKey: string
  readonly serviceAccountPublicKey: string
}

/** Our rows with these paths: which component uses a file does not depend on where it stands. */
export const renamedLayout = (names: LayoutNames): Layout => ({
  certificates: EASYCERTS_LAYOUT.certificates.map((row) => ({
    ...row,
    ...names.pathsOf(nameIn(names.certificates, row.profile)),
    owner: names.owners?.[row.profile] ?? row.owner,
  })),
  bundles: EASYCERTS_LAYOUT.bundles.map((row) => ({ ...row, path: names.bundles[row.purpose] })),
  kubeconfigs: EASYCERTS_LAYOUT.kubeconfigs.map((row): KubeconfigFile => ({ ...row, path: nameIn(names.kubeconfigs, row.profile) })),
  serviceAccountKey: names.serviceAccountKey,
  serviceAccountPublicKey: names.serviceAccountPublicKey,
})

const nameIn = (names: Readonly<Record<string, string>>, profile: string): string => {
  const name = names[profile]
  if (name === undefined) throw new TypeError(`the layout has no place for ${profile}`)
  return name
}

/** cfssljson's names: NAME.pem beside NAME-key.pem. */
export const pemIn =
  (directory: string): LayoutNames['pathsOf'] =>
  (name) => {
    const path = name.startsWith('/') ? name : `${directory}/${name}`
    return { certificate: `${path}.pem`, key: `${path}-key.pem` }
  }
