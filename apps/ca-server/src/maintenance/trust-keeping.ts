import { addDuration, minutes } from '@easycerts/shared/time'
import { type Authority, keepTrust } from '../authority/index.ts'
import type { MaintenanceTask } from './maintenance-task.ts'

/** What changes the document says so at once; this finds what nobody said. */
const PERIOD = minutes(10)

/** Renews the trust document and the certificate of its key before they end. */
export const trustKeeping = (authority: Authority): MaintenanceTask => {
  let dueAt = new Date(0)
  let expiresAt: Date | undefined
  return {
    name: 'trust-document',
    dueAt: () => dueAt,
    deadline: () => expiresAt ?? addDuration(authority.clock(), PERIOD),
    run: async () => {
      const kept = await keepTrust(authority)
      const next = addDuration(authority.clock(), PERIOD)
      dueAt = kept.dueAt < next ? kept.dueAt : next
      expiresAt = kept.expiresAt
    },
  }
}
