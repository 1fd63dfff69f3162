import type { Directive } from './unit.ts'
import {
  GO_SERVER,
  LISTS_INTERFACES,
  NETWORK_AGENT,
  NO_CORE_DUMP,
  UNPRIVILEGED,
} from './hardening-sets.ts'

const BINDS_LOW_PORT: readonly Directive[] = [
  ['CapabilityBoundingSet', 'CAP_NET_BIND_SERVICE'],
  ['AmbientCapabilities', 'CAP_NET_BIND_SERVICE'],
]

/** What each component may still do; each row says only what the component can live without. */
export const HARDENING = {
  etcd: [...GO_SERVER, UNPRIVILEGED],
  // Without a given address it asks the kernel for this machine's.
  apiserver: [...GO_SERVER, LISTS_INTERFACES, UNPRIVILEGED],
  apiserverOnLowPort: [...GO_SERVER, LISTS_INTERFACES, ...BINDS_LOW_PORT],
  /** kube-controller-manager, kube-scheduler, kube-addon-manager. */
  leader: [...GO_SERVER, UNPRIVILEGED],
  // No mount namespace: what the kubelet mounts for a pod must reach the host and the runtime.
  kubelet: [
    NO_CORE_DUMP,
    ['UMask', '0027'],
    ['KeyringMode', 'private'],
    ['ProtectHostname', 'yes'],
    ['RestrictRealtime', 'yes'],
    ['LockPersonality', 'yes'],
    ['SystemCallArchitectures', 'native'],
  ],
  kubeProxy: [
    ...NETWORK_AGENT,
    // It calls modprobe.
    ['SystemCallFilter', '@module'],
    [
      'CapabilityBoundingSet',
      'CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_MODULE CAP_SYS_RESOURCE CAP_DAC_READ_SEARCH',
    ],
  ],
  flanneld: [...NETWORK_AGENT, ['CapabilityBoundingSet', 'CAP_NET_ADMIN CAP_NET_RAW']],
} as const satisfies Readonly<Record<string, readonly Directive[]>>
