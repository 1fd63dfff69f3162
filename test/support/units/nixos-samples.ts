import { parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import type { NodeStack, StackRequest } from '@easycerts/units/stack'
import { stringify } from 'yaml'

export const NIXOS_ROLES = {
  master: ['master'],
  node: ['node'],
  both: ['master', 'node'],
} as const

export type NixosRole = keyof typeof NIXOS_ROLES

export const NIXOS_FORMS = ['eventual', 'online-targets', 'verbatim'] as const

export type NixosForm = (typeof NIXOS_FORMS)[number]

interface Sample {
  readonly role?: NixosRole
  readonly form?: NixosForm
  readonly version?: string
  /** The section `nixos`. */
  readonly nixos?: object
  /** Other parts of the description. */
  readonly more?: object
  /** Other parts of the node. */
  readonly node?: object
  readonly request?: Partial<StackRequest>
}

/** A node of a small cluster, by default a master that runs pods too, and starts eventually. */
export const nixosRequestOf = ({
  role = 'both',
  form = 'eventual',
  version = '1.14',
  nixos = {},
  more = {},
  node = {},
  request = {},
}: Sample = {}): StackRequest => {
  const startDesign = form === 'verbatim' ? {} : { startDesign: form }
  const description = parseDescription(
    'cluster.yaml',
    stringify({
      name: 'lab',
      flavour: 'nixos',
      kubernetesVersion: version,
      masterAddress: 'master.example.net',
      nodes: [{ name: 'n1', roles: NIXOS_ROLES[role], addresses: ['192.0.2.10'], ...node }],
      nixos: { ...startDesign, ...nixos },
      ...more,
    }),
  )
  const [first] = description.nodes
  return {
    description,
    node: first!,
    ...(form === 'verbatim' ? { verbatim: true } : {}),
    ...request,
  }
}

export const nixosStackOf = (sample: Sample = {}): NodeStack => buildStack(nixosRequestOf(sample))

/** Its unit, or undefined where it has none of that name. */
export const unitText = (stack: NodeStack, name: string): string | undefined =>
  stack.files.find(({ path }) => path === `/etc/systemd/system/${name}`)?.content
