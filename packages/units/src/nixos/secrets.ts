import { type BundlePurpose, layoutOf } from '@easycerts/shared/layout'
import type { NixosFacts } from './nixos-facts.ts'

/** The certificates of easyCerts, by their names in `services.kubernetes.pki.certs`. */
export type SecretName =
  | 'kubelet'
  | 'kubelet-client'
  | 'kube-proxy-client'
  | 'flannel-client'
  | 'kube-apiserver'
  | 'kube-apiserver-proxy-client'
  | 'kube-apiserver-kubelet-client'
  | 'kube-apiserver-etcd-client'
  | 'kube-controller-manager'
  | 'kube-controller-manager-client'
  | 'kube-scheduler-client'
  | 'kube-addon-manager'
  | 'cluster-admin'
  | 'etcd'
  | 'etcd-peer'

/** Where the layout calls a certificate of easyCerts otherwise: by its profile. */
const PROFILES: Readonly<Partial<Record<SecretName, string>>> = {
  kubelet: 'kubelet-serving',
  'kube-apiserver-proxy-client': 'front-proxy-client',
  'kube-addon-manager': 'kube-addon-manager-client',
  etcd: 'etcd-server',
}

const SECRETS_OF_LAYOUT = '/var/lib/kubernetes/secrets'

export const secretsDirectory = ({ options }: NixosFacts): string =>
  options.secretsPath ?? `${options.dataDir}/secrets`

/** `secretsPath` moves what lies in the directory of NixOS. */
const moved = (facts: NixosFacts, path: string): string =>
  path.startsWith(`${SECRETS_OF_LAYOUT}/`)
    ? `${secretsDirectory(facts)}${path.slice(SECRETS_OF_LAYOUT.length)}`
    : path

const fileOf = (facts: NixosFacts, name: SecretName, part: 'certificate' | 'key'): string => {
  const profile = PROFILES[name] ?? name
  const row = layoutOf(facts.description.layout).certificates.find(
    (each) => each.profile === profile,
  )
  // One that only NixOS has, and all of them in its own form.
  return row === undefined || facts.form === 'verbatim'
    ? `${secretsDirectory(facts)}/${name}${part === 'key' ? '-key' : ''}.pem`
    : moved(facts, row[part])
}

export const certificateFile = (facts: NixosFacts, name: SecretName): string =>
  fileOf(facts, name, 'certificate')

export const keyFile = (facts: NixosFacts, name: SecretName): string => fileOf(facts, name, 'key')

/** NixOS has one CA, and etcd that believes the cluster's CA obeys every kubelet. */
export const bundleFile = (facts: NixosFacts, purpose: BundlePurpose): string => {
  const row = layoutOf(facts.description.layout).bundles.find((each) => each.purpose === purpose)
  return row === undefined || facts.form === 'verbatim'
    ? `${secretsDirectory(facts)}/ca.pem`
    : moved(facts, row.path)
}

/** The key that signs tokens of service accounts, and what they are verified with. */
export const serviceAccountFiles = (facts: NixosFacts) =>
  facts.form === 'verbatim'
    ? {
        key: `${secretsDirectory(facts)}/service-account-key.pem`,
        verifiers: `${secretsDirectory(facts)}/service-account.pem`,
      }
    : {
        key: moved(facts, layoutOf(facts.description.layout).serviceAccountKey),
        verifiers: bundleFile(facts, 'service-account'),
      }

/** An option that is left out is the layout's file; null is none. */
export const orLayout = (option: string | null | undefined, file: string): string | undefined =>
  option === undefined ? file : (option ?? undefined)

export const present = (files: readonly (string | undefined)[]): string[] => [
  ...new Set(files.filter((file) => file !== undefined)),
]
