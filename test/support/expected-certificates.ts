import type { IssuerPurpose } from '@easycerts/shared/profile'

/** What one certificate must be, typed by hand from the sources named below. */
export interface ExpectedCertificate {
  readonly profile: string
  readonly issuer: IssuerPurpose
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly purposes: readonly ('serverAuth' | 'clientAuth' | 'OCSPSigning' | 'documentSigning')[]
  /** As openssl prints them. */
  readonly names: readonly string[]
  readonly roles: readonly ('worker' | 'master')[]
}

const both = ['worker', 'master'] as const
const master = ['master'] as const
const server = ['serverAuth'] as const
const client = ['clientAuth'] as const
const peer = ['serverAuth', 'clientAuth'] as const

// The sample master of `sample-cluster.ts`.
const node = [
  'DNS:master-1',
  'DNS:master-1.lab.example',
  'IP Address:192.0.2.11',
  'IP Address:2001:DB8:0:0:0:0:0:11',
]
const localhost = ['DNS:localhost', 'IP Address:127.0.0.1']
const loopback6 = 'IP Address:0:0:0:0:0:0:0:1'

const row = (
  profile: string,
  issuer: IssuerPurpose,
  subject: string,
  more: Pick<ExpectedCertificate, 'purposes' | 'roles'> & { readonly names?: readonly string[] },
): ExpectedCertificate => {
  const [commonName = '', ...organizations] = subject.split(' / ')
  return { profile, issuer, commonName, organizations, names: [], ...more }
}

/**
 * For node master-1 of cluster lab. Sources: Kubernetes, "PKI certificates and requirements" (CNs,
 * parent CAs, kinds, hosts), the kubeconfig table there, and the certificates of NixOS
 * `services.kubernetes`. Differences on purpose: no system:masters for kube-apiserver-kubelet-client
 * (the page allows a lesser group), etcd names as kubeadm has them.
 */
export const EXPECTED_CERTIFICATES: readonly ExpectedCertificate[] = [
  row('kubelet-client', 'cluster', 'system:node:master-1 / system:nodes', {
    purposes: client,
    roles: both,
  }),
  row('kubelet-serving', 'cluster', 'system:node:master-1 / system:nodes', {
    purposes: server,
    roles: both,
    names: node,
  }),
  row('kube-proxy-client', 'cluster', 'system:kube-proxy / system:node-proxier', {
    purposes: client,
    roles: both,
  }),
  row('flannel-client', 'cluster', 'flannel-client', { purposes: client, roles: both }),

  row('kube-apiserver', 'cluster', 'kube-apiserver', {
    purposes: server,
    roles: master,
    names: [
      ...node,
      'DNS:api.lab.example',
      'DNS:kubernetes',
      'DNS:kubernetes.default',
      'DNS:kubernetes.default.svc',
      'DNS:kubernetes.default.svc.cluster',
      'DNS:kubernetes.default.svc.cluster.local',
      'IP Address:10.96.0.1',
      ...localhost,
      loopback6,
    ],
  }),
  row('kube-apiserver-kubelet-client', 'cluster', 'kube-apiserver-kubelet-client', {
    purposes: client,
    roles: master,
  }),
  row('kube-apiserver-etcd-client', 'etcd', 'kube-apiserver-etcd-client', {
    purposes: client,
    roles: master,
  }),
  row('front-proxy-client', 'front-proxy', 'front-proxy-client', {
    purposes: client,
    roles: master,
  }),
  row('kube-controller-manager', 'cluster', 'kube-controller-manager', {
    purposes: server,
    roles: master,
    names: [...node, ...localhost],
  }),
  row('kube-controller-manager-client', 'cluster', 'system:kube-controller-manager', {
    purposes: client,
    roles: master,
  }),
  row('kube-scheduler', 'cluster', 'kube-scheduler', {
    purposes: server,
    roles: master,
    names: [...node, ...localhost],
  }),
  row('kube-scheduler-client', 'cluster', 'system:kube-scheduler', {
    purposes: client,
    roles: master,
  }),
  row('kube-addon-manager-client', 'cluster', 'system:kube-addon-manager', {
    purposes: client,
    roles: master,
  }),

  row('etcd-server', 'etcd', 'kube-etcd', {
    purposes: peer,
    roles: master,
    names: [...node, ...localhost, loopback6],
  }),
  row('etcd-peer', 'etcd', 'kube-etcd-peer', {
    purposes: peer,
    roles: master,
    names: [...node, ...localhost, loopback6],
  }),
  row('etcd-healthcheck-client', 'etcd', 'kube-etcd-healthcheck-client', {
    purposes: client,
    roles: master,
  }),

  row('cluster-admin', 'cluster', 'cluster-admin / system:masters', {
    purposes: client,
    roles: master,
  }),

  row('kubernetes-admin', 'cluster', 'kubernetes-admin / easycerts:cluster-admins', {
    purposes: client,
    roles: [],
  }),
  row('super-admin', 'cluster', 'kubernetes-super-admin / system:masters', {
    purposes: client,
    roles: [],
  }),

  row('node-identity', 'enrolment', 'master-1 / easycerts:node', {
    purposes: client,
    roles: [],
    names: ['URI:easycerts://lab/node/master-1'],
  }),
  row('ca-server', 'enrolment', 'easycerts ca-server', {
    purposes: server,
    roles: [],
    names: ['DNS:ca.lab.example', 'IP Address:192.0.2.1'],
  }),
  row('legacy-door', 'cluster', 'easycerts legacy-door', {
    purposes: server,
    roles: [],
    names: ['DNS:ca.lab.example', 'IP Address:192.0.2.1'],
  }),
  ...(['cluster', 'etcd', 'front-proxy', 'enrolment'] as const).map((issuer) =>
    row(`ocsp-signer-${issuer}`, issuer, `easycerts OCSP ${issuer}`, {
      purposes: ['OCSPSigning'],
      roles: [],
    }),
  ),
  row('trust-key', 'enrolment', 'easycerts trust-key / easycerts:trust', {
    purposes: ['documentSigning'],
    roles: [],
  }),
  row('operator', 'enrolment', 'kubernetes-admin / easycerts:operator', {
    purposes: client,
    roles: [],
  }),
  row('admin', 'cluster', 'kubernetes-admin / system:masters / lab:operators', {
    purposes: client,
    roles: [],
  }),
  row('legacy', 'cluster', 'system:node:worker-1 / system:nodes', {
    purposes: peer,
    roles: [],
    names: ['DNS:worker-1.lab.example', 'IP Address:192.0.2.21'],
  }),
]
