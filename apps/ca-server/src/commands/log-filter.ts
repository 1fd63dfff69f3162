import type { RouteQuery } from '@easycerts/shared/api'
import { sinceOf } from './certificate-filter.ts'
import type { CommandContext } from './command-context.ts'

/** Which entries `log show` shows; all that are given must hold. */
export interface LogListOptions {
  readonly kind?: string
  readonly actor?: string
  readonly node?: string
  readonly serial?: string
  readonly since?: string
  readonly until?: string
}

type Query = Omit<RouteQuery<'log'>, 'limit' | 'after'>

/** ERR_DURATION_INVALID; ERR_USAGE for a time that is neither a duration nor a date. */
export const logQueryOf = (
  { clock }: Pick<CommandContext, 'clock'>,
  { kind, actor, node, serial, since, until }: LogListOptions,
): Query => {
  const query = {
    kind,
    actor,
    node,
    serial: serial?.toLowerCase().replaceAll(':', ''),
    since: since === undefined ? undefined : sinceOf(clock(), since),
    until: until === undefined ? undefined : sinceOf(clock(), until),
  }
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}
