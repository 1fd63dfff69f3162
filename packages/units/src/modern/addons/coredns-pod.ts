export const NAME = 'coredns'
export const SELECTOR = { 'k8s-app': 'kube-dns' } as const

const probe = (path: string, port: number) => ({
  httpGet: { path, port, scheme: 'HTTP' },
  timeoutSeconds: 5,
})

const container = (image: string): object => ({
  name: NAME,
  image,
  imagePullPolicy: 'IfNotPresent',
  args: ['-conf', '/etc/coredns/Corefile'],
  resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
  volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
  ports: [
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
    { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
  ],
  livenessProbe: { ...probe('/health', 8080), initialDelaySeconds: 60, failureThreshold: 5 },
  readinessProbe: probe('/ready', 8181),
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
  },
})

/** It may run on masters, for a cluster of masters alone needs names too. */
export const corednsPod = (image: string): object => ({
  serviceAccountName: NAME,
  priorityClassName: 'system-cluster-critical',
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  // The resolvers of the node, and not itself.
  dnsPolicy: 'Default',
  tolerations: [
    { key: 'CriticalAddonsOnly', operator: 'Exists' },
    { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    { key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' },
  ],
  containers: [container(image)],
  volumes: [
    {
      name: 'config-volume',
      configMap: { name: NAME, items: [{ key: 'Corefile', path: 'Corefile' }] },
    },
  ],
})
