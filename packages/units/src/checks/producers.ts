import { CA_PATHS, layoutOf, NODE_PATHS } from '@easycerts/shared/layout'
import { CSR_SIGNER } from '../modern/index.ts'
import type { StackRequest } from '../stack/index.ts'
import { readUnitText } from '../stack-reading/index.ts'
import type { Checked } from './check.ts'

interface Producer {
  readonly who: string
  readonly paths: RegExp
}

/** Who makes files of /etc that no stack and no CA makes. */
const PRODUCERS: readonly Producer[] = [
  {
    who: 'the distribution',
    paths:
      /^\/etc\/(machine-id|os-release|resolv\.conf|hosts|hostname|passwd|group|ssl|pki|ca-certificates|environment|localtime)(\/|$)/,
  },
  { who: 'setup-network-environment, on CoreOS', paths: /^\/etc\/network-environment$/ },
]

/** Outside of /etc, where programs keep state of their own, what only easycerts and its stacks make. */
const ACCOUNTED = [
  '/var/lib/kubernetes/secrets',
  '/var/lib/easycerts',
  '/var/lib/easycerts-ca',
  '/var/lib/kube-proxy',
] as const

/** Whether a path must have a maker that we can name. */
export const isAccountable = (path: string): boolean =>
  ACCOUNTED.some((root) => path === root || path.startsWith(`${root}/`)) ||
  (path.startsWith('/etc/') && !PRODUCERS.some(({ paths }) => paths.test(path)))

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
      NODE_PATHS.identity,
      NODE_PATHS.identityAnchor,
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
