import type { Directive } from './unit.ts'

/** A dump of memory would hold private keys. */
export const NO_CORE_DUMP: Directive = ['LimitCORE', '0']

/** Safe for every daemon that neither mounts for others nor changes the kernel. */
export const CONFINED: readonly Directive[] = [
  NO_CORE_DUMP,
  ['NoNewPrivileges', 'yes'],
  ['ProtectSystem', 'strict'],
  ['PrivateTmp', 'yes'],
  ['PrivateDevices', 'yes'],
  ['ProtectKernelTunables', 'yes'],
  ['ProtectKernelModules', 'yes'],
  ['ProtectKernelLogs', 'yes'],
  ['ProtectControlGroups', 'yes'],
  ['ProtectClock', 'yes'],
  ['ProtectHostname', 'yes'],
  ['ProtectProc', 'invisible'],
  ['RestrictNamespaces', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['RestrictSUIDSGID', 'yes'],
  ['LockPersonality', 'yes'],
  ['SystemCallArchitectures', 'native'],
  ['SystemCallErrorNumber', 'EPERM'],
]

export const CLIENT_AND_SERVER: Directive = ['RestrictAddressFamilies', 'AF_INET AF_INET6 AF_UNIX']

/** Getting a list of the machine's addresses takes a netlink socket. */
export const LISTS_INTERFACES: Directive = ['RestrictAddressFamilies', 'AF_NETLINK']

export const UNPRIVILEGED: Directive = ['CapabilityBoundingSet', '']

/** A program in Go that runs as a user of its own and holds no privilege. */
export const GO_SERVER: readonly Directive[] = [
  ...CONFINED,
  ['UMask', '0077'],
  ['ProtectHome', 'yes'],
  ['ProcSubset', 'pid'],
  ['RemoveIPC', 'yes'],
  ['MemoryDenyWriteExecute', 'yes'],
  CLIENT_AND_SERVER,
  ['SystemCallFilter', '@system-service'],
  ['SystemCallFilter', '~@privileged @resources'],
]

/** Writes iptables, sysctls and routes of the host: /run holds the lock of xtables. */
export const NETWORK_AGENT: readonly Directive[] = [
  NO_CORE_DUMP,
  ['UMask', '0077'],
  ['NoNewPrivileges', 'yes'],
  ['ProtectSystem', 'strict'],
  ['ReadWritePaths', '/run'],
  ['ProtectHome', 'yes'],
  ['PrivateTmp', 'yes'],
  ['PrivateDevices', 'yes'],
  ['ProtectKernelLogs', 'yes'],
  ['ProtectControlGroups', 'yes'],
  ['ProtectClock', 'yes'],
  ['ProtectHostname', 'yes'],
  ['ProtectProc', 'invisible'],
  ['RestrictAddressFamilies', 'AF_INET AF_INET6 AF_UNIX AF_NETLINK'],
  ['RestrictNamespaces', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['RestrictSUIDSGID', 'yes'],
  ['LockPersonality', 'yes'],
  ['MemoryDenyWriteExecute', 'yes'],
  ['SystemCallArchitectures', 'native'],
  ['SystemCallErrorNumber', 'EPERM'],
  ['SystemCallFilter', '@system-service'],
]
