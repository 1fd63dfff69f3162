import type { ClusterFacts, LayoutName, NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { checkStack, type TlsServers, tlsServersOf } from '@easycerts/units/checks'
import { type DescribedNode, describeForNode } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import type { Programs } from '@easycerts/units/modern'
import { type NodeStack, roleOfNode } from '@easycerts/units/stack'
import type { PlannedFile } from './planned-file.ts'
import { programsOfUnit } from './programs-of-unit.ts'

export interface PlannedUnit {
  readonly name: string
  /** Files that must be there before it can start. */
  readonly programs: readonly string[]
  /** Configuration files of the stack that its text names. */
  readonly configuration: readonly string[]
}

export interface StackPlan {
  readonly files: readonly PlannedFile[]
  /** Those that are enabled, in the order of their start. */
  readonly units: readonly PlannedUnit[]
  /** Who of them shows which certificate where. */
  readonly servers: TlsServers
  /** What an operator should know, one sentence each. */
  readonly warnings: readonly string[]
}

export interface StackFacts {
  readonly cluster: ClusterFacts
  readonly node: NodeFacts
  /** Of the CA, for this node. */
  readonly description?: string | undefined
  readonly programs: Programs
  /** The CA's key-encryption key on this machine is sealed by systemd. */
  readonly sealedKeys: boolean
  /** certmgr is started by a timer. */
  readonly certmgrByTimer?: boolean
  /** Of an adopted node, whose components run by units of their own: certmgr's alone are made. */
  readonly adoptedLayout?: LayoutName
}

/** Units and configuration of the role. A master has the CA's unit, which waits for its data. */
export const planStack = ({
  cluster,
  node,
  description: told,
  programs,
  sealedKeys,
  certmgrByTimer = false,
  adoptedLayout,
}: StackFacts): StackPlan => {
  const caServer = node.role === 'master' ? { caServer: { sealedKeys } } : {}
  const described = inLayout(describeForNode({ cluster, node, programs }, told), adoptedLayout)
  refuseOtherRole(described.node, node)
  const request = {
    ...described,
    certmgrByTimer,
    ...caServer,
  }
  const whole = buildStack(request)
  const stack = adoptedLayout === undefined ? whole : certmgrAlone(whole)
  // Without a description all comes from the CA's own facts, which it has judged.
  if (told !== undefined && adoptedLayout === undefined) checkStack(request, stack)
  const { files, units, warnings = [] } = stack
  const configuration = files.map(({ path }) => path).filter((path) => !isUnitFile(path))
  const planned = units.map((name) => {
    // What a timer starts is what it needs.
    const unit = unitPath(name.replace(/\.timer$/, '.service'))
    const text = files.find(({ path }) => path === unit)?.content ?? ''
    return {
      name,
      programs: programsOfUnit(text, [programs.node]),
      configuration: configuration.filter((path) => text.includes(path)),
    }
  })
  return {
    files,
    units: planned,
    servers: tlsServersOf(stack),
    warnings: [
      ...warnings,
      ...(adoptedLayout === undefined ? uncertified(request.node, node) : []),
    ],
  }
}

type Described = ReturnType<typeof describeForNode>

const inLayout = (described: Described, layout: LayoutName | undefined): Described =>
  layout === undefined
    ? described
    : { ...described, description: { ...described.description, layout } }

const isOfCertmgr = (name: string): boolean => /^certmgr\.(service|timer)$/.test(name)

const certmgrAlone = (stack: NodeStack): NodeStack => ({
  ...stack,
  files: stack.files.filter(
    ({ path }) => isUnitFile(path) && isOfCertmgr(path.slice(NODE_PATHS.unitDirectory.length + 1)),
  ),
  units: stack.units.filter(isOfCertmgr),
  warnings: [],
})

/** ERR_CONFIG_INVALID: its units would name certificates that the CA does not give it. */
const refuseOtherRole = (described: DescribedNode, { name, role }: NodeFacts): void => {
  const wanted = roleOfNode(described)
  if (wanted !== role)
    throw new EasycertsError(
      'ERR_CONFIG_INVALID',
      `${name} is a ${wanted} in the description of the CA, and a ${role} by its ticket`,
      { hint: 'correct the description, or make a ticket with the other --role' },
    )
}

/** An address that the description has and the ticket has not: clients that dial it see it missing. */
const uncertified = (described: DescribedNode, { name, hosts }: NodeFacts): string[] =>
  [...described.addresses, ...described.names.map(({ value }) => value)]
    .filter((host) => !hosts.some(({ value }) => value === host))
    .map(
      (host) =>
        `${host} of ${name} is in the description and not in its certificates: make its ticket with --address or --name`,
    )

const unitPath = (name: string): string => `${NODE_PATHS.unitDirectory}/${name}`

const isUnitFile = (path: string): boolean => path.startsWith(`${NODE_PATHS.unitDirectory}/`)

/** Units whose own file, or a configuration file of theirs, is among the changed ones. */
export const unitsTouchedBy = (
  changed: readonly string[],
  units: readonly PlannedUnit[],
): string[] =>
  units
    .filter(
      ({ name, configuration }) =>
        changed.includes(unitPath(name)) || configuration.some((path) => changed.includes(path)),
    )
    .map(({ name }) => name)
