import { guardedComponentOf } from '../restart-lease/index.ts'
import type { Action } from './action.ts'

/**
 * The component of whose restarts this is one that needs a lease; undefined for an action that may be
 * done at any time. A reload counts: a unit that cannot reload is restarted.
 */
export const leaseOf = (action: Action): string | undefined => {
  if ('lease' in action && action.lease !== undefined) return action.lease
  const unit = unitOf(action)
  return unit === undefined ? undefined : guardedComponentOf(unit)
}

const unitOf = (action: Action): string | undefined => {
  if ('restart' in action) return action.restart
  return 'reload' in action ? action.reload : undefined
}
