import type { StackFacts } from '../stack-facts.ts'
import { corednsImage } from './coredns-image.ts'
import { corednsPod, NAME, SELECTOR } from './coredns-pod.ts'
import type { Manifest } from './manifest.ts'
import { clusterRole, clusterRoleBinding } from './rbac.ts'

const place = { name: NAME, namespace: 'kube-system' } as const

/** Its service keeps the name of kube-dns, which programs look for. */
const SERVICE = 'kube-dns'

export const corednsRoles: readonly Manifest[] = [
  clusterRole(`system:${NAME}`, [
    {
      apiGroups: [''],
      resources: ['endpoints', 'services', 'pods', 'namespaces'],
      verbs: ['list', 'watch'],
    },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get'] },
  ]),
  clusterRoleBinding(`system:${NAME}`, `system:${NAME}`, { kind: 'ServiceAccount', ...place }),
]

export const coredns = ({ description, options, minor }: StackFacts): readonly Manifest[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: place },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: place,
    data: { Corefile: corefile(description.domain) },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...place, labels: SELECTOR },
    spec: {
      replicas: options.coredns.replicas,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      selector: { matchLabels: SELECTOR },
      template: {
        metadata: { labels: SELECTOR },
        spec: corednsPod(options.coredns.image ?? corednsImage(minor)),
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: SERVICE,
      namespace: place.namespace,
      labels: { ...SELECTOR, 'kubernetes.io/cluster-service': 'true' },
    },
    spec: { selector: SELECTOR, clusterIP: description.networks.dns, ports: PORTS },
  },
]

const PORTS = [
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  { name: 'metrics', port: 9153, protocol: 'TCP' },
] as const

const corefile = (domain: string): string => `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${domain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`
