import type { RouteQuery } from '@easycerts/shared/api'
import { ROLES } from '@easycerts/shared/cluster'
import { addDuration, parseDuration } from '@easycerts/shared/time'
import type { CommandContext } from './command-context.ts'
import { NODE_STATES } from './node-states.ts'

/** Which nodes `node list` shows; all that are given must hold. */
export interface NodeListOptions {
  readonly state?: string
  readonly role?: string
  readonly prefix?: string
  readonly notSeenFor?: string
}

type Query = Omit<RouteQuery<'nodeList'>, 'limit' | 'after'>

/** ERR_DURATION_INVALID. */
export const nodeQueryOf = (
  { clock }: Pick<CommandContext, 'clock'>,
  { prefix, notSeenFor, ...options }: NodeListOptions,
): Query => {
  const state = NODE_STATES.find((each) => each === options.state)
  const role = ROLES.find((each) => each === options.role)
  const notSeenSince =
    notSeenFor === undefined
      ? undefined
      : addDuration(clock(), 0 - parseDuration(notSeenFor)).toISOString()
  return {
    ...(state === undefined ? {} : { state }),
    ...(role === undefined ? {} : { role }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(notSeenSince === undefined ? {} : { notSeenSince }),
  }
}
