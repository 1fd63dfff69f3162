import { configFile, type GeneratedFile, roleOfNode } from '../stack/index.ts'
import type { ServiceFiles } from './component-service.ts'
import { type NixosFacts, runs } from './nixos-facts.ts'
import { secretsDirectory } from './secrets.ts'
import { ADDON_DIRECTORY } from './addons.ts'
import { CNI_CONFIG_DIRECTORY, MANIFEST_DIRECTORY } from './kubelet-flags.ts'

const lines = (path: string, content: readonly string[]): GeneratedFile =>
  configFile(path, content.map((line) => `${line}\n`).join(''))

/** Users, directories, kernel modules and settings. NixOS leaves the settings to docker. */
export const hostFiles = (facts: NixosFacts): ServiceFiles => ({
  units: [],
  files: [
    lines('/etc/sysusers.d/easycerts-nixos.conf', users(facts)),
    lines('/etc/tmpfiles.d/easycerts-nixos.conf', directories(facts)),
    lines('/etc/modules-load.d/easycerts-nixos.conf', [
      'br_netfilter',
      ...(facts.description.containerRuntime.name === 'containerd' ? ['overlay'] : []),
    ]),
    ...(facts.form === 'verbatim' ? [] : [lines('/etc/sysctl.d/90-easycerts-nixos.conf', SYSCTLS)]),
  ],
})

/** A master has the certificates of etcd also where etcd runs elsewhere. */
const ownsKeysOfEtcd = (facts: NixosFacts): boolean =>
  runs(facts, 'etcd') || (facts.form !== 'verbatim' && roleOfNode(facts.node) === 'master')

/** In NixOS `kubernetes` is in group docker, which is as good as root; nothing needs it there. */
const users = (facts: NixosFacts): readonly string[] => {
  const isDocker = facts.description.containerRuntime.name === 'docker'
  return [
    `u kubernetes - "Kubernetes user" ${facts.options.dataDir}`,
    ...(ownsKeysOfEtcd(facts) ? ['u etcd - "Etcd daemon user" /var/lib/etcd'] : []),
    ...(isDocker ? ['g docker -'] : []),
    ...(isDocker && facts.form === 'verbatim' ? ['m kubernetes docker'] : []),
  ]
}

const directories = (facts: NixosFacts): readonly string[] => [
  'd /opt/cni/bin 0755 root root',
  'd /run/kubernetes 0755 kubernetes kubernetes',
  `d ${facts.options.dataDir} 0755 kubernetes kubernetes`,
  `d ${secretsDirectory(facts)} 0755 root root`,
  `d ${MANIFEST_DIRECTORY} 0755 root root`,
  `d ${CNI_CONFIG_DIRECTORY} 0755 root root`,
  ...(runs(facts, 'addonManager') ? [`d ${ADDON_DIRECTORY} 0755 root root`] : []),
]

/** Traffic of bridged pods passes iptables, and the node forwards it. */
const SYSCTLS = [
  'net.bridge.bridge-nf-call-iptables = 1',
  'net.bridge.bridge-nf-call-ip6tables = 1',
  'net.ipv4.ip_forward = 1',
] as const
