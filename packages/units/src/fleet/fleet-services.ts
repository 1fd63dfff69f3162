import type { Directive } from '../systemd/index.ts'
import type { FleetFacts } from './fleet-facts.ts'
import {
  APISERVER_UNIT,
  ETCD_UNIT,
  LEADER_FILE,
  NETWORK_ENVIRONMENT_FILE,
  NETWORK_ENVIRONMENT_UNIT,
  type FleetService,
} from './fleet-service.ts'

const GLOBAL: Directive = ['Global', 'true']
const WITH_APISERVER: Directive = ['MachineOf', APISERVER_UNIT]

const metadataLines = (metadata: Readonly<Record<string, string>>): Directive[] =>
  Object.entries(metadata).map(([key, value]) => ['MachineMetadata', `${key}=${value}`])

const releaseUrl = ({ options }: FleetFacts, program: string): string =>
  `${options.downloadFrom}/${options.version}/bin/linux/amd64/${program}`

const apiserver = (facts: FleetFacts): FleetService => ({
  name: APISERVER_UNIT,
  component: 'apiserver',
  description: 'Kubernetes API Server',
  program: 'kube-apiserver',
  url: releaseUrl(facts, 'kube-apiserver'),
  requires: [facts.verbatim ? [ETCD_UNIT, NETWORK_ENVIRONMENT_UNIT] : [ETCD_UNIT]],
  ...(facts.verbatim ? { environmentFiles: [NETWORK_ENVIRONMENT_FILE] } : {}),
  flags: [
    ['allow_privileged', facts.options.allowPrivileged],
    ['insecure_bind_address', facts.options.insecureBindAddress],
    ['insecure_port', facts.port],
    ['kubelet_https', true],
    ['service-cluster-ip-range', facts.services],
    ['etcd_servers', facts.options.etcdServers.join(',')],
    ['logtostderr', true],
  ],
  fleet: [GLOBAL, ...metadataLines(facts.options.leaderMetadata)],
  defects: [
    'it waits for setup-network-environment.service and uses nothing of what that writes.',
    'whoever reaches its port is master of the cluster: there is neither TLS nor a login.',
  ],
})

const controllerManager = (facts: FleetFacts): FleetService => ({
  name: 'kube-controller-manager.service',
  component: 'controllerManager',
  description: 'Kubernetes Controller Manager',
  program: 'kube-controller-manager',
  url: releaseUrl(facts, 'kube-controller-manager'),
  requires: [[APISERVER_UNIT]],
  flags: [
    ['master', `${facts.verbatim ? '' : 'http://'}127.0.0.1:${facts.port}`],
    ['logtostderr', true],
  ],
  fleet: [WITH_APISERVER],
  defects: ['its --master has no scheme, which later releases take for https.'],
})

const scheduler = (facts: FleetFacts): FleetService => ({
  name: 'kube-scheduler.service',
  component: 'scheduler',
  description: 'Kubernetes Scheduler',
  program: 'kube-scheduler',
  url: releaseUrl(facts, 'kube-scheduler'),
  requires: [[APISERVER_UNIT]],
  flags: [
    ['master', `http://127.0.0.1:${facts.port}`],
    // Without it glog writes to files in /tmp that nobody reads.
    ['logtostderr', facts.verbatim ? undefined : true],
  ],
  fleet: [WITH_APISERVER],
  defects: ['it logs to files below /tmp instead of the journal.'],
})

const leaderUrl = ({ port }: FleetFacts) => ({ expanded: `http://\${LEADER_ENDPOINT}:${port}` })

const separationLines = ({ options, verbatim }: FleetFacts): readonly Directive[] => {
  if (verbatim || options.separation === 'none') return []
  return options.separation === 'conflicts'
    ? [['Conflicts', APISERVER_UNIT]]
    : metadataLines(options.nodeMetadata)
}

const kubelet = (facts: FleetFacts): FleetService => ({
  name: 'kube-kubelet.service',
  component: 'kubelet',
  description: 'Kubernetes Kubelet',
  program: 'kubelet',
  url: releaseUrl(facts, 'kubelet'),
  requires: [[NETWORK_ENVIRONMENT_UNIT]],
  environmentFiles: [NETWORK_ENVIRONMENT_FILE, LEADER_FILE],
  flags: [
    ['address', facts.options.kubeletAddress],
    ['port', facts.options.kubeletPort],
    ['hostname_override', { expanded: '${DEFAULT_IPV4}' }],
    ['api_servers', leaderUrl(facts)],
    ['allow_privileged', facts.options.allowPrivileged],
    ['logtostderr', true],
    ['healthz_bind_address', facts.options.healthzBindAddress],
    ['healthz_port', facts.options.healthzPort],
  ],
  fleet: [GLOBAL, ...separationLines(facts)],
  defects: [
    'nothing keeps it off the machines of kube-apiserver, as its page says that it is.',
    'it does not make /opt/bin, into which it downloads.',
  ],
})

const proxy = (facts: FleetFacts): FleetService => ({
  name: 'kube-proxy.service',
  component: 'proxy',
  description: 'Kubernetes Proxy',
  program: 'kube-proxy',
  url: releaseUrl(facts, 'kube-proxy'),
  requires: facts.verbatim ? [[NETWORK_ENVIRONMENT_UNIT]] : [],
  environmentFiles: [LEADER_FILE],
  flags: [
    ['master', leaderUrl(facts)],
    ['logtostderr', true],
  ],
  fleet: [GLOBAL],
  defects: [
    'it waits for setup-network-environment.service and uses nothing of what that writes.',
    'it does not make /opt/bin, into which it downloads.',
  ],
})

const register = (facts: FleetFacts): FleetService[] => {
  const { kubeRegister, healthzPort } = facts.options
  if (kubeRegister === undefined) return []
  const version = kubeRegister.version.slice(1)
  return [
    {
      name: 'kube-register.service',
      component: 'apiserver',
      description: 'Kubernetes Registration Service',
      documentation: 'https://github.com/kelseyhightower/kube-register',
      program: 'kube-register',
      url: `https://github.com/kelseyhightower/kube-register/releases/download/v${version}/kube-register-${version}-linux-amd64`,
      requires: [[APISERVER_UNIT], ['fleet.service']],
      flags: [
        ['metadata', kubeRegister.metadata],
        ['fleet-endpoint', `unix://${kubeRegister.fleetSocket}`],
        ['api-endpoint', `http://127.0.0.1:${facts.verbatim ? 8080 : facts.port}`],
        ['healthz-port', healthzPort],
      ],
      fleet: [WITH_APISERVER],
      defects: ['it talks to port 8080, where kube-apiserver does not listen.'],
    },
  ]
}

/** The family, in the order of the start. */
export const fleetServices = (facts: FleetFacts): readonly FleetService[] => [
  apiserver(facts),
  controllerManager(facts),
  scheduler(facts),
  kubelet(facts),
  proxy(facts),
  ...register(facts),
]
