import type { StackFacts } from '../stack-facts.ts'
import { corednsImage } from './coredns-image.ts'
import {
  corednsAccount,
  corednsConfig,
  corednsDeployment,
  corednsRole,
  corednsRoleBinding,
  corednsService,
} from './coredns-objects.ts'
import type { Manifest } from './manifest.ts'

export const corednsRoles: readonly Manifest[] = [corednsRole, corednsRoleBinding]

export const coredns = ({ description, options, minor }: StackFacts): readonly Manifest[] => [
  corednsAccount,
  corednsConfig(corefile(description.domain)),
  corednsDeployment(options.coredns.replicas, {
    image: options.coredns.image ?? corednsImage(minor),
    imagePullPolicy: 'IfNotPresent',
    ports: { dns: 53, metrics: 9153, health: 8080, ready: 8181 },
    systemLabel: 'kubernetes.io/os',
    priorityClassName: 'system-cluster-critical',
    mastersAre: ['control-plane', 'master'],
  }),
  corednsService(description.networks.dns, PORTS),
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
