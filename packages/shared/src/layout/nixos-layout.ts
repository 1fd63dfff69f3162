import { pemIn, renamedLayout } from './renamed-layout.ts'

const SECRETS = '/var/lib/kubernetes/secrets'

/** `services.kubernetes.pki` of NixOS (secretsPath), by the names of its mkCert; etcd has a CA of its own here. */
export const NIXOS_LAYOUT = renamedLayout({
  certificates: {
    'kubelet-client': 'kubelet-client',
    'kubelet-serving': 'kubelet',
    'kube-proxy-client': 'kube-proxy-client',
    'flannel-client': 'flannel-client',
    'etcd-server': 'etcd',
    'etcd-peer': 'etcd-peer',
    'etcd-healthcheck-client': 'etcd-healthcheck-client',
    'kube-apiserver': 'kube-apiserver',
    'kube-apiserver-kubelet-client': 'kube-apiserver-kubelet-client',
    'kube-apiserver-etcd-client': 'kube-apiserver-etcd-client',
    'front-proxy-client': 'kube-apiserver-proxy-client',
    'kube-controller-manager': 'kube-controller-manager',
    'kube-controller-manager-client': 'kube-controller-manager-client',
    'kube-scheduler': 'kube-scheduler',
    'kube-scheduler-client': 'kube-scheduler-client',
    'kube-addon-manager-client': 'kube-addon-manager',
    'cluster-admin': 'cluster-admin',
  },
  pathsOf: pemIn(SECRETS),
  // mkCert's privateKeyOwner, for programs that run as root all the same. flannel's key stays root's:
  // its unit has no capability to read what others own.
  owners: {
    'kubelet-client': 'kubernetes',
    'kubelet-serving': 'kubernetes',
    'kube-proxy-client': 'kubernetes',
  },
  bundles: {
    'client-ca': `${SECRETS}/ca.pem`,
    'server-ca': `${SECRETS}/server-ca.pem`,
    'etcd-client': `${SECRETS}/etcd-ca.pem`,
    'etcd-peer': `${SECRETS}/etcd-peer-ca.pem`,
    'front-proxy': `${SECRETS}/front-proxy-ca.pem`,
    enrolment: '/etc/easycerts/enrolment-ca.crt',
    'service-account': `${SECRETS}/service-account-bundle.pem`,
  },
  kubeconfigs: {
    'kubelet-client': '/etc/kubernetes/kubelet.kubeconfig',
    'kube-proxy-client': '/etc/kubernetes/kube-proxy.kubeconfig',
    'flannel-client': '/etc/kubernetes/flannel.kubeconfig',
    'kube-controller-manager-client': '/etc/kubernetes/kube-controller-manager.kubeconfig',
    'kube-scheduler-client': '/etc/kubernetes/kube-scheduler.kubeconfig',
    'kube-addon-manager-client': '/etc/kubernetes/kube-addon-manager.kubeconfig',
    'cluster-admin': '/etc/kubernetes/cluster-admin.kubeconfig',
  },
  serviceAccountKey: `${SECRETS}/service-account-key.pem`,
  serviceAccountPublicKey: `${SECRETS}/service-account.pem`,
})
