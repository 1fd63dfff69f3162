import { pemIn, renamedLayout } from './renamed-layout.ts'

const SSL = '/etc/kubernetes/ssl'

/** kubeasz's ca_dir, by the names of its `*-csr.json`; where it has one certificate for two uses, the second stands beside. */
export const KUBEASZ_LAYOUT = renamedLayout({
  certificates: {
    'kubelet-client': 'kubelet-client',
    'kubelet-serving': 'kubelet',
    'kube-proxy-client': 'kube-proxy',
    'flannel-client': 'flannel',
    'etcd-server': '/etc/etcd/ssl/etcd',
    'etcd-peer': '/etc/etcd/ssl/etcd-peer',
    'etcd-healthcheck-client': '/etc/etcd/ssl/etcd-healthcheck-client',
    'kube-apiserver': 'kubernetes',
    'kube-apiserver-kubelet-client': 'kubernetes-kubelet-client',
    'kube-apiserver-etcd-client': 'kubernetes-etcd-client',
    'front-proxy-client': 'aggregator-proxy',
    'kube-controller-manager': 'kube-controller-manager-serving',
    'kube-controller-manager-client': 'kube-controller-manager',
    'kube-scheduler': 'kube-scheduler-serving',
    'kube-scheduler-client': 'kube-scheduler',
    'kube-addon-manager-client': 'kube-addon-manager',
    'cluster-admin': 'admin',
  },
  pathsOf: pemIn(SSL),
  bundles: {
    'client-ca': `${SSL}/ca.pem`,
    'server-ca': `${SSL}/server-ca.pem`,
    'etcd-client': '/etc/etcd/ssl/ca.pem',
    'etcd-peer': '/etc/etcd/ssl/peer-ca.pem',
    'front-proxy': `${SSL}/front-proxy-ca.pem`,
    enrolment: '/etc/easycerts/enrolment-ca.crt',
    'service-account': `${SSL}/service-account-bundle.pem`,
  },
  kubeconfigs: {
    'kubelet-client': '/etc/kubernetes/kubelet.kubeconfig',
    'kube-proxy-client': '/etc/kubernetes/kube-proxy.kubeconfig',
    'flannel-client': '/etc/kubernetes/flannel.kubeconfig',
    'kube-controller-manager-client': '/etc/kubernetes/kube-controller-manager.kubeconfig',
    'kube-scheduler-client': '/etc/kubernetes/kube-scheduler.kubeconfig',
    'kube-addon-manager-client': '/etc/kubernetes/kube-addon-manager.kubeconfig',
    'cluster-admin': '/etc/kubernetes/admin.kubeconfig',
  },
  serviceAccountKey: `${SSL}/service-account-key.pem`,
  serviceAccountPublicKey: `${SSL}/service-account.pem`,
})
