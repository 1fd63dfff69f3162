import { renamedLayout } from './renamed-layout.ts'

const PKI = '/etc/kubernetes/pki'
const KUBELET = '/var/lib/kubelet/pki'

/** "PKI certificates and requirements" (kubernetes.io), and the kubelet's own directory; what kubeadm does not have stands beside. */
export const KUBEADM_LAYOUT = renamedLayout({
  certificates: {
    'kubelet-client': `${KUBELET}/kubelet-client`,
    'kubelet-serving': `${KUBELET}/kubelet`,
    'kube-proxy-client': `${PKI}/kube-proxy-client`,
    'flannel-client': `${PKI}/flannel-client`,
    'etcd-server': `${PKI}/etcd/server`,
    'etcd-peer': `${PKI}/etcd/peer`,
    'etcd-healthcheck-client': `${PKI}/etcd/healthcheck-client`,
    'kube-apiserver': `${PKI}/apiserver`,
    'kube-apiserver-kubelet-client': `${PKI}/apiserver-kubelet-client`,
    'kube-apiserver-etcd-client': `${PKI}/apiserver-etcd-client`,
    'front-proxy-client': `${PKI}/front-proxy-client`,
    'kube-controller-manager': `${PKI}/controller-manager`,
    'kube-controller-manager-client': `${PKI}/controller-manager-client`,
    'kube-scheduler': `${PKI}/scheduler`,
    'kube-scheduler-client': `${PKI}/scheduler-client`,
    'kube-addon-manager-client': `${PKI}/addon-manager-client`,
    'cluster-admin': `${PKI}/admin`,
  },
  pathsOf: (path) => ({ certificate: `${path}.crt`, key: `${path}.key` }),
  bundles: {
    // --client-ca-file of its kube-apiserver and clientCAFile of its kubelets.
    'client-ca': `${PKI}/ca.crt`,
    'server-ca': `${PKI}/server-ca.crt`,
    'etcd-client': `${PKI}/etcd/ca.crt`,
    'etcd-peer': `${PKI}/etcd/peer-ca.crt`,
    'front-proxy': `${PKI}/front-proxy-ca.crt`,
    enrolment: '/etc/easycerts/enrolment-ca.crt',
    'service-account': `${PKI}/sa-bundle.pub`,
  },
  kubeconfigs: {
    'kubelet-client': '/etc/kubernetes/kubelet.conf',
    'kube-proxy-client': '/etc/kubernetes/kube-proxy.conf',
    'flannel-client': '/etc/kubernetes/flannel.conf',
    'kube-controller-manager-client': '/etc/kubernetes/controller-manager.conf',
    'kube-scheduler-client': '/etc/kubernetes/scheduler.conf',
    'kube-addon-manager-client': '/etc/kubernetes/addon-manager.conf',
    'cluster-admin': '/etc/kubernetes/admin.conf',
  },
  serviceAccountKey: `${PKI}/sa.key`,
  serviceAccountPublicKey: `${PKI}/sa.pub`,
})
