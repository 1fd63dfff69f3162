export const NAME = 'coredns'
export const SELECTOR = { 'k8s-app': 'kube-dns' } as const

/** Ports inside the pod. */
interface Ports {
  readonly dns: number
  readonly metrics: number
  readonly health: number
  /** Of the plug-in `ready`, which came with 1.5 of CoreDNS. */
  readonly ready?: number
}

export interface CorednsPod {
  readonly image: string
  /** Never: the image was loaded into the node, and no registry has it. */
  readonly imagePullPolicy: 'IfNotPresent' | 'Never'
  readonly ports: Ports
  /** The label by which nodes of this release tell their system. */
  readonly systemLabel: 'kubernetes.io/os' | 'beta.kubernetes.io/os'
  readonly priorityClassName?: string
  readonly mastersAre: readonly ('control-plane' | 'master')[]
}

const probe = (path: string, port: number) => ({
  httpGet: { path, port, scheme: 'HTTP' },
  timeoutSeconds: 5,
})

const LAST_PRIVILEGED_PORT = 1023

const container = ({ image, imagePullPolicy, ports }: CorednsPod): object => ({
  name: NAME,
  image,
  imagePullPolicy,
  args: ['-conf', '/etc/coredns/Corefile'],
  resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
  volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
  ports: [
    { name: 'dns', containerPort: ports.dns, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: ports.dns, protocol: 'TCP' },
    { name: 'metrics', containerPort: ports.metrics, protocol: 'TCP' },
  ],
  livenessProbe: {
    ...probe('/health', ports.health),
    initialDelaySeconds: 60,
    failureThreshold: 5,
  },
  ...(ports.ready === undefined ? {} : { readinessProbe: probe('/ready', ports.ready) }),
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: {
      ...(ports.dns > LAST_PRIVILEGED_PORT ? {} : { add: ['NET_BIND_SERVICE'] }),
      drop: ['ALL'],
    },
  },
})

/** It may run on masters, for a cluster of masters alone needs names too. */
export const corednsPod = (pod: CorednsPod): object => ({
  serviceAccountName: NAME,
  ...(pod.priorityClassName === undefined ? {} : { priorityClassName: pod.priorityClassName }),
  nodeSelector: { [pod.systemLabel]: 'linux' },
  // The resolvers of the node, and not itself.
  dnsPolicy: 'Default',
  tolerations: [
    { key: 'CriticalAddonsOnly', operator: 'Exists' },
    ...pod.mastersAre.map((role) => ({
      key: `node-role.kubernetes.io/${role}`,
      effect: 'NoSchedule',
    })),
  ],
  containers: [container(pod)],
  volumes: [
    {
      name: 'config-volume',
      configMap: { name: NAME, items: [{ key: 'Corefile', path: 'Corefile' }] },
    },
  ],
})
