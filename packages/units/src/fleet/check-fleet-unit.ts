import { fleetOptionsIn, type FleetSection } from './fleet-section.ts'

// systemd's unit-name.c, as fleet copied it.
const MAX_NAME_LENGTH = 256
const UNIT_TYPES =
  'service|socket|busname|target|snapshot|device|mount|automount|swap|timer|path|slice|scope'
const NAME = new RegExp(String.raw`^[a-zA-Z0-9:_.\\-][a-zA-Z0-9:_.@\\-]*\.(?:${UNIT_TYPES})$`)

const KNOWN_KEYS = [
  'MachineID',
  'MachineOf',
  'MachineMetadata',
  'Conflicts',
  'Global',
  'Replaces',
  // Before 0.8.
  'X-ConditionMachineID',
  'X-ConditionMachineBootID',
  'X-ConditionMachineOf',
  'X-ConditionMachineMetadata',
  'X-Conflicts',
]

/** What a unit asks of fleet, under the names of today. */
interface Demands {
  readonly machine: boolean
  readonly peers: readonly string[]
  readonly conflicts: readonly string[]
  readonly replaces: readonly string[]
  readonly global: boolean
}

const TRUTHY = ['true', 'yes', '1', 'on', 't']

const demandsOf = (section: FleetSection): Demands => {
  const all = (...keys: string[]): string[] => keys.flatMap((key) => section.get(key) ?? [])
  return {
    machine: all('MachineID', 'X-ConditionMachineID', 'X-ConditionMachineBootID').length > 0,
    peers: all('X-ConditionMachineOf', 'MachineOf'),
    conflicts: all('X-Conflicts', 'Conflicts'),
    replaces: all('Replaces'),
    global: TRUTHY.includes((section.get('Global')?.at(-1) ?? '').toLowerCase()),
  }
}

/** Pairs that fleet's API refuses together, in its order. */
const EXCLUSIVE: readonly (readonly [a: string, b: string, both: (d: Demands) => boolean])[] = [
  ['MachineID', 'MachineOf', (d) => d.machine && d.peers.length > 0],
  ['MachineID', 'Conflicts', (d) => d.machine && d.conflicts.length > 0],
  ['MachineID', 'Global', (d) => d.machine && d.global],
  ['MachineID', 'Replaces', (d) => d.machine && d.replaces.length > 0],
  ['Global', 'MachineOf', (d) => d.global && d.peers.length > 0],
  ['Global', 'Replaces', (d) => d.global && d.replaces.length > 0],
  ['Conflicts', 'Replaces', (d) => d.conflicts.length > 0 && d.replaces.length > 0],
]

/** path.Match of Go, where `*` and `?` stop at a slash and a bad pattern matches nothing. */
const globMatches = (pattern: string, name: string): boolean => {
  const source = pattern.replace(/\\.|\[\^?[^\]]+\]|[*?]|[.+(){}|$^]/g, (part) => {
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return part.startsWith('[') || part.startsWith('\\') ? part : `\\${part}`
  })
  try {
    return new RegExp(`^${source}$`, 'u').test(name)
  } catch {
    return false
  }
}

/**
 * Everything for which fleet would refuse a unit, or lose it, as sentences; none: it takes it.
 * After coreos/fleet's api/units.go and job/job.go.
 */
export const checkFleetUnit = (name: string, text: string): readonly string[] => {
  const { section, installs } = fleetOptionsIn(name, text)
  const demands = demandsOf(section)
  const taken = (others: readonly string[]) =>
    demands.peers.filter((peer) => others.some((other) => globMatches(other, peer)))
  return [
    ...(NAME.test(name) && name.length <= MAX_NAME_LENGTH
      ? []
      : [`"${name}" is no name of a unit`]),
    ...[...section.keys()]
      .filter((key) => !KNOWN_KEYS.includes(key))
      .map((key) => `unrecognized requirement in [X-Fleet]: ${key}`),
    ...EXCLUSIVE.filter(([, , both]) => both(demands)).map(
      ([a, b]) => `${a} cannot be used with ${b}`,
    ),
    ...taken(demands.conflicts).map((peer) => `MachineOf=${peer} is among its Conflicts`),
    ...taken(demands.replaces).map((peer) => `MachineOf=${peer} is among what it Replaces`),
    ...(installs ? ['has [Install]: once it is enabled fleet does not see its state'] : []),
  ]
}
