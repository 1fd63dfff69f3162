import type { ConfiguredComponent } from '../../sections/settings.ts'

/** Why a flag is none for `extraFlags`. */
type Settled = readonly [reason: string, names: readonly string[]]

const CLOSED = 'decides who gets in, so that easycerts alone sets it'
const IDENTITY = 'is a file that certmgr keeps valid, so that easycerts alone sets it'
const OPEN = 'would let strangers in'

const SERVING = ['tls-cert-file', 'tls-private-key-file', 'tls-sni-cert-key', 'cert-dir']
const REQUEST_HEADER = [
  'requestheader-client-ca-file',
  'requestheader-allowed-names',
  'requestheader-username-headers',
  'requestheader-group-headers',
  'requestheader-extra-headers-prefix',
  'requestheader-uid-headers',
]
const DELEGATION = ['authentication-kubeconfig', 'authorization-kubeconfig', 'authentication-skip-lookup', 'authorization-always-allow-paths']
const elsewhere = (key: string): string => `comes from ${key} of the description`

const leader: readonly Settled[] = [
  [CLOSED, ['client-ca-file', ...REQUEST_HEADER, ...DELEGATION]],
  [IDENTITY, [...SERVING, 'kubeconfig']],
  [OPEN, ['port', 'address', 'master']],
  [elsewhere('featureGates'), ['feature-gates']],
]

export const SETTLED_FLAGS: Readonly<Record<ConfiguredComponent, readonly Settled[]>> = {
  'kube-apiserver': [
    [CLOSED, ['anonymous-auth', 'authentication-config', 'authorization-mode', 'authorization-config', 'client-ca-file', 'kubelet-certificate-authority', 'etcd-cafile', ...REQUEST_HEADER]],
    [
      IDENTITY,
      [
        ...SERVING,
        'etcd-certfile',
        'etcd-keyfile',
        'kubelet-client-certificate',
        'kubelet-client-key',
        'proxy-client-cert-file',
        'proxy-client-key-file',
        'service-account-key-file',
        'service-account-signing-key-file',
        'service-account-signing-endpoint',
      ],
    ],
    [OPEN, ['insecure-port', 'insecure-bind-address', 'basic-auth-file', 'admission-control']],
    [elsewhere('apiserverPort'), ['secure-port']],
    [elsewhere('networks.services'), ['service-cluster-ip-range']],
    [elsewhere('the addresses of nodes'), ['advertise-address', 'etcd-servers']],
    [elsewhere('featureGates'), ['feature-gates']],
  ],
  'kube-controller-manager': [
    ...leader,
    [IDENTITY, ['root-ca-file', 'service-account-private-key-file']],
    [elsewhere('csrSigner'), ['cluster-signing-cert-file', 'cluster-signing-key-file']],
    [elsewhere('networks'), ['cluster-cidr', 'service-cluster-ip-range']],
    [elsewhere('name'), ['cluster-name']],
  ],
  'kube-scheduler': [...leader, [elsewhere('settings.kube-scheduler.config'), ['config']]],
  kubelet: [
    [CLOSED, ['anonymous-auth', 'authorization-mode', 'authentication-token-webhook', 'client-ca-file', 'read-only-port']],
    [IDENTITY, ['kubeconfig', 'bootstrap-kubeconfig', 'tls-cert-file', 'tls-private-key-file', 'cert-dir', 'rotate-certificates', 'rotate-server-certificates']],
    [elsewhere('settings.kubelet.config'), ['config']],
    [elsewhere('the name and addresses of the node'), ['hostname-override', 'node-ip']],
    [elsewhere('labels of the node'), ['node-labels']],
    [elsewhere('taints of the node'), ['register-with-taints', 'register-schedulable']],
    [elsewhere('containerRuntime'), ['container-runtime', 'container-runtime-endpoint', 'cgroup-driver']],
    [elsewhere('networks'), ['cluster-dns', 'cluster-domain']],
    [elsewhere('featureGates'), ['feature-gates']],
  ],
  'kube-proxy': [],
  etcd: [
    [CLOSED, ['client-cert-auth', 'trusted-ca-file', 'peer-client-cert-auth', 'peer-trusted-ca-file', 'auto-tls', 'peer-auto-tls']],
    [IDENTITY, ['cert-file', 'key-file', 'peer-cert-file', 'peer-key-file']],
    [
      elsewhere('the names and addresses of nodes'),
      ['name', 'data-dir', 'config-file', 'listen-client-urls', 'advertise-client-urls', 'listen-peer-urls', 'initial-advertise-peer-urls', 'initial-cluster', 'initial-cluster-token'],
    ],
  ],
  flanneld: [
    [IDENTITY, ['kubeconfig-file']],
    [elsewhere('settings.flanneld.config'), ['net-config-path', 'kube-subnet-mgr', 'subnet-file']],
  ],
  containerd: [[elsewhere('containerRuntime'), ['config']]],
}
