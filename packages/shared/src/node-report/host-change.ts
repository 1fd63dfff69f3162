import { type Host, sameHost } from '../cluster/index.ts'

/** What is on record of a node's hosts, what was decided before, and what its machine now bears. */
export interface HostSituation {
  /** On record: what its certificates say beside its own name. */
  readonly recorded: readonly Host[]
  /** What the machine was seen to bear when nothing was open; undefined before the first report. */
  readonly settled: readonly string[] | undefined
  /** What the machine bears now. */
  readonly reported: readonly Host[]
}

export interface HostChange {
  readonly added: readonly Host[]
  /** On record, once seen on the machine, and not there any more. */
  readonly gone: readonly Host[]
}

/**
 * The change of record that a report asks for. A first report is passed over as it is if the machine
 * bears some address on record: an operator who named one of several meant that one. An address on
 * record that was never seen on the machine (of a NAT, of a load balancer) is never gone.
 */
export const changeOfHosts = ({ recorded, settled, reported }: HostSituation): HostChange => {
  const known = settled ?? firstSettled(recorded, reported)
  return {
    added: without(reported, recorded).filter(({ value }) => !known.includes(value)),
    gone: without(recorded, reported).filter(({ value }) => known.includes(value)),
  }
}

const firstSettled = (recorded: readonly Host[], reported: readonly Host[]): string[] => {
  const isReachable = reported.some(
    (host) => isAddress(host) && recorded.some((each) => sameHost(each, host)),
  )
  return reported.filter((host) => isReachable || !isAddress(host)).map(({ value }) => value)
}

const isAddress = ({ kind }: Host): boolean => kind === 'ip'

const without = (hosts: readonly Host[], others: readonly Host[]): Host[] =>
  hosts.filter((host) => !others.some((other) => sameHost(host, other)))

/** Hosts that a machine may have had; the oldest are forgotten beyond this. */
const MAX_SETTLED = 128

/** What is settled once a change is decided, or there is none: the newest last. */
export const settle = (
  { settled = [], reported }: Pick<HostSituation, 'settled' | 'reported'>,
  gone: readonly Host[] = [],
): string[] => {
  const values = [...settled, ...reported.map(({ value }) => value)]
  const known = new Set(values.filter((value) => !gone.some((host) => host.value === value)))
  return [...known].slice(-MAX_SETTLED)
}

/** A ticket has no more names and addresses either. */
export const MAX_NODE_HOSTS = 32

/**
 * The record after a change. What is added takes the place of what goes, for the first address of a
 * node is the one that its own programs use.
 */
export const applyHostChange = (recorded: readonly Host[], { added, gone }: HostChange): Host[] => {
  const at = recorded.findIndex((host) => gone.some((each) => sameHost(each, host)))
  const position = at < 0 ? recorded.length : at
  return [
    ...without(recorded.slice(0, position), added),
    ...added,
    ...without(without(recorded.slice(position), gone), added),
  ]
}
