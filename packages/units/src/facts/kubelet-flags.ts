import { fact, type Fact, type FactTable } from './fact.ts'
import { LOGGING_FLAGS } from './logging-flags.ts'

const OPTIONS = 'cmd/kubelet/app/options/options.go'
const DOCKERSHIM = 'kubernetes/kubernetes#98730, #106907'
const RKT = 'kubernetes/kubernetes#58418, #61432'

/** Flags that say what a field of KubeletConfiguration says are deprecated together. */
const field = (name: string, why: string, deprecated = '1.10'): Fact =>
  fact(why, 'cmd/kubelet/app/options/options.go, AddKubeletConfigFlags', { deprecated, replacement: `${name} in KubeletConfiguration` })

const ofDockershim = (why: string, replacement = 'the configuration of containerd'): Fact => fact(why, DOCKERSHIM, { deprecated: '1.21', removed: '1.24', replacement })

const OF_THE_PAST: FactTable = {
  'api-servers': fact('where kube-apiserver is', 'kubernetes/kubernetes#40050, #53397', { deprecated: '1.6', removed: '1.8', replacement: '--kubeconfig' }),
  'require-kubeconfig': fact('takes kube-apiserver from the kubeconfig', OPTIONS, { removed: '1.10', replacement: '--kubeconfig, which implies it' }),
  'allow-privileged': fact('lets privileged pods run', 'kubernetes/kubernetes#63442, #77820', { deprecated: '1.11', removed: '1.15', replacement: 'nothing: admission decides' }),
  'cadvisor-port': fact('a page of cAdvisor without TLS', 'kubernetes/kubernetes#65707', { deprecated: '1.10', removed: '1.12', replacement: '/metrics/cadvisor on port 10250' }),
  'rkt-path': fact('where rkt is', RKT, { deprecated: '1.10', removed: '1.11', replacement: 'a container runtime with CRI' }),
  'rkt-stage1-image': fact('how rkt isolates', RKT, { deprecated: '1.10', removed: '1.11', replacement: 'a container runtime with CRI' }),
  'rkt-api-endpoint': fact('where rkt answers', RKT, { deprecated: '1.10', removed: '1.11', replacement: 'a container runtime with CRI' }),
  'network-plugin-dir': fact('where CNI is', 'kubernetes/kubernetes#46327, #53564', { deprecated: '1.7', removed: '1.9', replacement: '--cni-bin-dir and --cni-conf-dir' }),
  'register-schedulable': fact('a node on which no pod is put', 'kubernetes/kubernetes#31647, #122384', {
    deprecated: '1.6',
    removed: '1.34',
    replacement: 'registerWithTaints in KubeletConfiguration',
  }),
  'experimental-bootstrap-kubeconfig': fact('asks for a first certificate', 'kubernetes/kubernetes#103172', {
    deprecated: '1.9',
    removed: '1.23',
    replacement: '--bootstrap-kubeconfig',
  }),
  'network-plugin': ofDockershim('dockershim leaves the network to CNI'),
  'cni-conf-dir': ofDockershim('where dockershim finds the configuration of CNI'),
  'cni-bin-dir': ofDockershim('where dockershim finds the plug-ins of CNI'),
  'cni-cache-dir': ofDockershim('where dockershim remembers networks'),
  'network-plugin-mtu': ofDockershim('the size of packets'),
  'docker-endpoint': ofDockershim('where docker listens', 'containerRuntimeEndpoint in KubeletConfiguration'),
  'image-pull-progress-deadline': ofDockershim('when a pull that stands still is given up'),
  'container-runtime': fact('remote: the runtime is behind a socket, and not docker', 'kubernetes.io: 1.27 removals', {
    deprecated: '1.24',
    removed: '1.27',
    replacement: 'nothing: every runtime is remote',
  }),
  'pod-infra-container-image': fact('the image that holds the network of a pod', 'kubernetes/kubernetes#108045, #133779', {
    deprecated: '1.24',
    removed: '1.35',
    replacement: 'the sandbox image in the configuration of containerd',
  }),
}

const OF_THE_FILE: FactTable = {
  address: field('address', 'the address that the kubelet listens on'),
  port: field('port', 'the port that kube-apiserver dials for logs and exec'),
  'read-only-port': field('readOnlyPort', 'shows everybody what runs here, so it is off'),
  'healthz-bind-address': field('healthzBindAddress', 'where the kubelet says that it lives'),
  'healthz-port': field('healthzPort', 'the port on which the kubelet says that it lives'),
  'anonymous-auth': field('authentication.anonymous.enabled', 'nobody without a name runs commands in pods'),
  'authentication-token-webhook': field('authentication.webhook.enabled', 'asks kube-apiserver whose a token is'),
  'authentication-token-webhook-cache-ttl': field('authentication.webhook.cacheTTL', 'how long that answer is believed'),
  'authorization-mode': field('authorization.mode', 'asks kube-apiserver what a caller may'),
  'client-ca-file': field('authentication.x509.clientCAFile', 'whose client certificates name a user'),
  'tls-cert-file': field('tlsCertFile', 'the serving certificate, which certmgr keeps valid'),
  'tls-private-key-file': field('tlsPrivateKeyFile', 'the key of the serving certificate'),
  'tls-min-version': field('tlsMinVersion', 'nobody speaks anything below TLS 1.2'),
  'rotate-certificates': field('rotateCertificates', 'off: certmgr renews, and two who do so would undo each other'),
  'rotate-server-certificates': field('serverTLSBootstrap', 'off: certmgr renews the serving certificate'),
  'cluster-dns': field('clusterDNS', 'the DNS server of pods'),
  'cluster-domain': field('clusterDomain', 'the domain that names of services end in'),
  'resolv-conf': field('resolvConf', 'the resolvers that pods inherit'),
  'pod-manifest-path': field('staticPodPath', 'pods that run without kube-apiserver'),
  'hairpin-mode': field('hairpinMode', 'a pod reaches its own service'),
  'cgroup-driver': field('cgroupDriver', 'the same as the runtime has, or pods fall out of their limits'),
  'cgroups-per-qos': field('cgroupsPerQOS', 'a cgroup for each class of pods'),
  'enforce-node-allocatable': field('enforceNodeAllocatable', 'what is reserved is kept from pods'),
  'kube-reserved': field('kubeReserved', 'what components of Kubernetes need themselves'),
  'kube-reserved-cgroup': field('kubeReservedCgroup', 'the cgroup of those components'),
  'system-reserved': field('systemReserved', 'what the rest of the machine needs'),
  'system-reserved-cgroup': field('systemReservedCgroup', 'the cgroup of the rest of the machine'),
  'eviction-hard': field('evictionHard', 'when pods are thrown out'),
  'fail-swap-on': field('failSwapOn', 'whether swap keeps the kubelet from starting'),
  'max-pods': field('maxPods', 'how many pods a node takes'),
  'serialize-image-pulls': field('serializeImagePulls', 'one image at a time'),
  'register-node': field('registerNode', 'the kubelet makes its own Node', '1.23'),
  'register-with-taints': field('registerWithTaints', 'a node that keeps pods away from its first moment', '1.23'),
  'container-runtime-endpoint': field('containerRuntimeEndpoint', 'the socket of containerd', '1.27'),
  'image-service-endpoint': field('imageServiceEndpoint', 'the socket by which images are pulled', '1.27'),
}

export const KUBELET_FLAGS: FactTable = {
  ...LOGGING_FLAGS,
  ...OF_THE_PAST,
  ...OF_THE_FILE,
  config: fact('the configuration file, for nearly all flags are deprecated', OPTIONS, { since: '1.10' }),
  'config-dir': fact('fragments that change the configuration file', 'KEP-3983', { since: '1.28' }),
  kubeconfig: fact('where kube-apiserver is, and as whom the kubelet comes', OPTIONS),
  'bootstrap-kubeconfig': fact('asks for a first certificate by CSR; here the join brings it', 'kubernetes/kubernetes#103172'),
  'hostname-override': fact('the name of the Node, which the Node authorizer compares with the certificate', OPTIONS),
  'node-ip': fact('the address of the Node, one for each family', OPTIONS),
  'node-labels': fact('labels from the first moment', OPTIONS),
  'root-dir': fact('where volumes are mounted', OPTIONS),
  'cert-dir': fact('where a kubelet that asks for certificates itself keeps them', OPTIONS),
  'seccomp-default': fact('pods get the seccomp profile of the runtime', 'KEP-2413', { since: '1.22' }),
  'feature-gates': fact('switches features that are not yet, or no more, on by themselves', OPTIONS),
}
