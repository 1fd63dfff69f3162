import { type CorednsPod, corednsPod, NAME, SELECTOR } from './coredns-pod.ts'
import type { Manifest } from './manifest.ts'
import { clusterRole, clusterRoleBinding } from './rbac.ts'

const place = { name: NAME, namespace: 'kube-system' } as const

/** Its service keeps the name of kube-dns, which programs look for. */
const SERVICE = 'kube-dns'

export const corednsRole: Manifest = clusterRole(`system:${NAME}`, [
  {
    apiGroups: [''],
    resources: ['endpoints', 'services', 'pods', 'namespaces'],
    verbs: ['list', 'watch'],
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['get'] },
])

export const corednsRoleBinding: Manifest = clusterRoleBinding(`system:${NAME}`, `system:${NAME}`, {
  kind: 'ServiceAccount',
  ...place,
})

export const corednsAccount: Manifest = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: place,
}

export const corednsConfig = (corefile: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: place,
  data: { Corefile: corefile },
})

export const corednsDeployment = (replicas: number, pod: CorednsPod): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...place, labels: SELECTOR },
  spec: {
    replicas,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: SELECTOR },
    template: { metadata: { labels: SELECTOR }, spec: corednsPod(pod) },
  },
})

interface ServicePort {
  readonly name: string
  readonly port: number
  readonly targetPort?: number
  readonly protocol: 'UDP' | 'TCP'
}

export const corednsService = (clusterIp: string, ports: readonly ServicePort[]): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: SERVICE,
    namespace: place.namespace,
    labels: { ...SELECTOR, 'kubernetes.io/cluster-service': 'true' },
  },
  spec: { selector: SELECTOR, clusterIP: clusterIp, ports },
})
