import { NODE_PATHS } from '@easycerts/shared/layout'
import type { Role } from '@easycerts/shared/cluster'
import { CA_USER } from './ca-server.ts'
import { type ComponentFiles, configFile, type GeneratedFile } from '../stack/index.ts'
import { CONFIG_PATHS, DIRECTORIES } from './config-paths.ts'
import { accounts, keyOwners } from './key-owners.ts'
import type { StackFacts } from './stack-facts.ts'

/** What the components find of a host: users, directories, kernel modules and settings. */
export const hostFiles = (facts: StackFacts): ComponentFiles => ({
  units: [],
  files: [
    ...sysusers(facts),
    lines(CONFIG_PATHS.tmpfiles, directoriesOf(facts).map(tmpfilesLine)),
    lines(CONFIG_PATHS.modulesLoad, modules(facts)),
    lines(CONFIG_PATHS.sysctl, sysctls(facts.description.networks.pods)),
  ],
})

const lines = (path: string, content: readonly string[]): GeneratedFile =>
  configFile(path, content.map((line) => `${line}\n`).join(''))

const sysusers = ({ role, caServer, description: { layout } }: StackFacts): GeneratedFile[] =>
  accounts([...keyOwners(role, layout), ...(caServer === undefined ? [] : ([CA_USER] as const))])

interface Directory {
  readonly path: string
  readonly mode: string
  readonly roles?: readonly Role[]
}

const DIRECTORY_ROWS: readonly Directory[] = [
  { path: NODE_PATHS.configDirectory, mode: '0755' },
  { path: DIRECTORIES.staticPods, mode: '0755' },
  { path: DIRECTORIES.addons, mode: '0755', roles: ['master'] },
  { path: DIRECTORIES.bootstrapAddons, mode: '0755', roles: ['master'] },
  { path: DIRECTORIES.cniPlugins, mode: '0755' },
  { path: DIRECTORIES.cniConfiguration, mode: '0755' },
  { path: DIRECTORIES.containerdImports, mode: '0755' },
  { path: DIRECTORIES.containerdRegistries, mode: '0755' },
  { path: '/var/lib/kubelet', mode: '0750' },
]

const directoriesOf = ({ role, certmgrWrites }: StackFacts): readonly Directory[] => [
  ...certmgrWrites.map((path) => ({ path, mode: '0755' })),
  ...DIRECTORY_ROWS.filter(({ roles = [role] }) => roles.includes(role)),
]

const tmpfilesLine = ({ path, mode }: Directory): string => `d ${path} ${mode} root root`

/** kube-proxy may load those of its mode itself; here they are there from the start. */
const MODULES_OF_MODE = {
  iptables: [],
  ipvs: ['ip_vs', 'ip_vs_rr', 'ip_vs_wrr', 'ip_vs_sh', 'nf_conntrack'],
  nftables: ['nf_tables', 'nf_conntrack'],
} as const

const modules = ({ description, node }: StackFacts): readonly string[] => [
  'br_netfilter',
  'overlay',
  ...(node.components.has('proxy') ? MODULES_OF_MODE[description.proxyMode] : []),
]

/** Traffic of bridged pods passes iptables, and the node forwards it. */
const sysctls = (pods: readonly string[]): readonly string[] => [
  'net.bridge.bridge-nf-call-iptables = 1',
  'net.bridge.bridge-nf-call-ip6tables = 1',
  'net.ipv4.ip_forward = 1',
  ...(pods.some((range) => range.includes(':')) ? ['net.ipv6.conf.all.forwarding = 1'] : []),
]
