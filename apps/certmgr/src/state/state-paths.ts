import { join } from 'node:path'
import { REJOIN_MARK } from '@easycerts/shared/layout'

/** What certmgr keeps for itself; node-join finishes the same journals. */
export const statePaths = (state: string) => ({
  journals: join(state, 'journals'),
  requests: join(state, 'renew'),
  actions: join(state, 'pending-actions.json'),
  proofs: join(state, 'proofs.json'),
  leases: join(state, 'restart-leases.json'),
  trust: join(state, 'trust-bundles.json'),
  suggestions: join(state, 'renewal-suggestions.json'),
  status: join(state, 'status.json'),
  rejoin: join(state, REJOIN_MARK),
  generations: join(state, 'generations'),
})

export type StatePaths = ReturnType<typeof statePaths>
