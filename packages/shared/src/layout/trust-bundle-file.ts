import type { Role } from '../cluster/index.ts'
import type { Component } from './node-certificate.ts'
import { PKI } from './node-certificate.ts'

/**
 * What a bundle is trusted for. Each has a file of its own even while several hold the same CA,
 * so that rotation can change one without the others.
 */
export const TRUST_PURPOSES = ['client-ca', 'server-ca', 'etcd-client', 'etcd-peer', 'front-proxy', 'enrolment'] as const

export type TrustPurpose = (typeof TRUST_PURPOSES)[number]

/** Every purpose that has a file: of CAs, and the public keys of all who sign service-account tokens. */
export const BUNDLE_PURPOSES = [...TRUST_PURPOSES, 'service-account'] as const

export type BundlePurpose = (typeof BUNDLE_PURPOSES)[number]

export interface TrustBundleFile {
  readonly purpose: BundlePurpose
  readonly path: string
  readonly roles: readonly Role[]
  /** Components that read this file. */
  readonly readers: readonly Component[]
}

const both = ['worker', 'master'] as const
const master = ['master'] as const

export const TRUST_BUNDLE_FILES: readonly TrustBundleFile[] = [
  { purpose: 'client-ca', path: `${PKI}/client-ca.crt`, roles: both, readers: ['kubelet', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] },
  {
    purpose: 'server-ca',
    path: `${PKI}/server-ca.crt`,
    roles: both,
    readers: ['kubelet', 'kube-proxy', 'flannel', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-addon-manager', 'operator'],
  },
  { purpose: 'etcd-client', path: `${PKI}/etcd/client-ca.crt`, roles: master, readers: ['etcd', 'kube-apiserver'] },
  { purpose: 'etcd-peer', path: `${PKI}/etcd/peer-ca.crt`, roles: master, readers: ['etcd'] },
  { purpose: 'front-proxy', path: `${PKI}/front-proxy-ca.crt`, roles: master, readers: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] },
  { purpose: 'enrolment', path: '/etc/easycerts/enrolment-ca.crt', roles: both, readers: [] },
  { purpose: 'service-account', path: `${PKI}/sa-bundle.pub`, roles: master, readers: ['kube-apiserver'] },
]
