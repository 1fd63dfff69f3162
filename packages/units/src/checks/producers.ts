import { CA_PATHS, layoutOf, NODE_PATHS } from '@easycerts/shared/layout'
import { CSR_SIGNER } from '../modern/index.ts'
import type { StackRequest } from '../stack/index.ts'
import { readUnitText } from '../stack-reading/index.ts'
import type { Checked } from './check.ts'

interface Producer {
  readonly who: string
  readonly paths: readonly RegExp[]
}

/** Who makes files that no stack and no CA makes. */
export const PRODUCERS: readonly Producer[] = [
  {
    who: 'packages',
    paths: [
      /^\/usr\//,
      /^\/s?bin\//,
      /^\/opt\//,
      /^\/nix\//,
      /^\/run\/current-system\//,
      /^\/lib\//,
    ],
  },
  {
    who: 'the kernel and systemd',
    paths: [
      /^\/(dev|proc|sys|run|tmp)(\/|$)/,
      /^\/etc\/(machine-id|os-release|resolv\.conf|hosts|hostname|passwd|group|ssl|environment|localtime)(\/|$)/,
    ],
  },
  {
    who: 'the programs themselves, while they run',
    paths: [/^\/var\/(log|cache|run|tmp|lib)(\/|$)/],
  },
  { who: 'the operator', paths: [/^\/(root|home|srv|mnt)(\/|$)/] },
]

/** Roots below which a path must have a maker that we can name. */
const ACCOUNTED = [
  '/etc/kubernetes',
  '/etc/easycerts',
  '/etc/cni',
  '/etc/containerd',
  '/etc/kube-flannel',
  '/etc/docker',
  '/var/lib/kubernetes',
  '/var/lib/easycerts',
  '/var/lib/easycerts-ca',
  '/var/lib/kube-proxy',
] as const

/** Whether a path is one of those that nobody makes by chance. */
export const isAccountable = (path: string): boolean =>
  ACCOUNTED.some((root) => path === root || path.startsWith(`${root}/`)) ||
  (path.startsWith('/etc/') &&
    !PRODUCERS.some(({ paths }) => paths.some((each) => each.test(path))))

/** Every path that this node's stack, certificates and programs make, and the directories above. */
export const producedPaths = ({ request, stack, read }: Checked): ReadonlySet<string> => {
  const { certificates, bundles, kubeconfigs, serviceAccountKey, serviceAccountPublicKey } =
    layoutOf(request.description.layout)
  const role =
    request.node.roles.includes('master') || request.node.components.has('apiserver')
      ? 'master'
      : 'worker'
  const isHere = ({ roles }: { readonly roles: readonly string[] }): boolean => roles.includes(role)
  const made = [
    ...certificates.filter(isHere).flatMap(({ certificate, key }) => [certificate, key]),
    ...bundles.filter(isHere).map(({ path }) => path),
    ...kubeconfigs.filter(isHere).map(({ path }) => path),
    ...(role === 'master' ? [serviceAccountKey, serviceAccountPublicKey] : []),
    ...broughtByOperator(request),
    ...stack.files.map(({ path }) => path),
    ...stack.files
      .filter(({ path }) => path.startsWith('/etc/tmpfiles.d/'))
      .flatMap(({ content }) =>
        [...content.matchAll(/^[dD][!+-]*\s+(\/\S+)/gm)].flatMap(([, path]) => path ?? []),
      ),
    ...read.units.flatMap(({ directives }) =>
      directives.flatMap(({ name, value }) => DIRECTORY_OF[name]?.(value) ?? []),
    ),
    ...stack.files.flatMap(({ content }) =>
      readUnitText(content).flatMap((made) => madeByCommand(made.name, made.value)),
    ),
    ...[
      NODE_PATHS.certmgrConfig,
      NODE_PATHS.specDirectory,
      NODE_PATHS.identityDirectory,
      NODE_PATHS.certmgrState,
      CA_PATHS.dataDirectory,
      `${CA_PATHS.dataDirectory}/keys/kek.cred`,
    ],
  ]
  return new Set(made.flatMap(withParents))
}

/** What the operator's own settings name is his to bring, and so is an issuer for CSRs. */
const broughtByOperator = ({ description }: StackRequest): string[] => [
  ...[...JSON.stringify(description.settings).matchAll(/"(\/[^"\\]+)"/g)].flatMap(
    ([, path]) => path ?? [],
  ),
  ...(description.csrSigner ? [CSR_SIGNER.certificate, CSR_SIGNER.key] : []),
]

const list =
  (prefix: string) =>
  (value: string): string[] =>
    value.split(/\s+/).map((name) => `${prefix}/${name.split(':')[0] ?? ''}`)

/** Directories that systemd makes for a service (systemd.exec(5)). */
const DIRECTORY_OF: Readonly<Record<string, (value: string) => string[]>> = {
  StateDirectory: list('/var/lib'),
  ConfigurationDirectory: list('/etc'),
  RuntimeDirectory: list('/run'),
  CacheDirectory: list('/var/cache'),
  LogsDirectory: list('/var/log'),
}

/** Directories that a unit makes before its program starts. */
const madeByCommand = (name: string, value: string): string[] =>
  name === 'ExecStartPre' && /\bmkdir\b/.test(value)
    ? value.split(/[\s'"]+/).filter((word) => word.startsWith('/') && !word.endsWith('/mkdir'))
    : []

const withParents = (path: string): string[] => {
  const above = path.slice(0, path.lastIndexOf('/'))
  return above === '' ? [path] : [path, ...withParents(above)]
}
