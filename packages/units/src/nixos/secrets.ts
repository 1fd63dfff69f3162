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
  | 'service-account'

/** `ca` is for clients and servers of the cluster; NixOS has but this one for everything. */
export type BundleName = 'ca' | 'etcd-ca' | 'front-proxy-ca'

export const secretsDirectory = ({ options }: NixosFacts): string =>
  options.secretsPath ?? `${options.dataDir}/secrets`

export const certificateFile = (facts: NixosFacts, name: SecretName): string =>
  `${secretsDirectory(facts)}/${name}.pem`

export const keyFile = (facts: NixosFacts, name: SecretName): string =>
  `${secretsDirectory(facts)}/${name}-key.pem`

/** etcd that believes the cluster's CA obeys every kubelet, so here it has one of its own. */
export const bundleFile = (facts: NixosFacts, name: BundleName): string =>
  `${secretsDirectory(facts)}/${facts.form === 'verbatim' ? 'ca' : name}.pem`

/** An option that is left out is the layout's file; null is none. */
export const orLayout = (option: string | null | undefined, file: string): string | undefined =>
  option === undefined ? file : (option ?? undefined)

export const present = (files: readonly (string | undefined)[]): string[] => [
  ...new Set(files.filter((file) => file !== undefined)),
]
