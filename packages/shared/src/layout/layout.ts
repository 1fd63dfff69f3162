import { KUBECONFIG_FILES, type KubeconfigFile } from './kubeconfig-file.ts'
import { NODE_CERTIFICATES, type NodeCertificate } from './node-certificate.ts'
import { NODE_PATHS } from './node-paths.ts'
import { TRUST_BUNDLE_FILES, type TrustBundleFile } from './trust-bundle-file.ts'

/** Where everything stands that certmgr keeps; what it is, and who owns it, is the same in all. */
export interface Layout {
  readonly certificates: readonly NodeCertificate[]
  readonly bundles: readonly TrustBundleFile[]
  readonly kubeconfigs: readonly KubeconfigFile[]
  readonly serviceAccountKey: string
  readonly serviceAccountPublicKey: string
}

export const EASYCERTS_LAYOUT: Layout = {
  certificates: NODE_CERTIFICATES,
  bundles: TRUST_BUNDLE_FILES,
  kubeconfigs: KUBECONFIG_FILES,
  serviceAccountKey: NODE_PATHS.serviceAccountKey,
  serviceAccountPublicKey: NODE_PATHS.serviceAccountPublicKey,
}
