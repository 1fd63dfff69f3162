import type { Action, Change } from '@easycerts/shared/certificate-spec'

/** Ties to the change those actions that are told of it, and run for each change by itself. */
export const demandedBy = (change: Change, actions: readonly Action[]): Action[] =>
  actions.map((action) =>
    'command' in action || 'http' in action ? { ...action, change } : action,
  )
