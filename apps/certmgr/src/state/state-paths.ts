import { join } from 'node:path'

/** What certmgr keeps for itself; node-join finishes the same journals. */
export const statePaths = (state: string) => ({
  journals: join(state, 'journals'),
  requests: join(state, 'renew'),
  actions: join(state, 'pending-actions.json'),
  trust: join(state, 'trust-bundles.json'),
  suggestions: join(state, 'renewal-suggestions.json'),
  status: join(state, 'status.json'),
})

export type StatePaths = ReturnType<typeof statePaths>
