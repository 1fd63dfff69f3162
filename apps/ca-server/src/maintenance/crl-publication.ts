import type { CrlPublisher } from '../authority/index.ts'
import type { MaintenanceTask } from './maintenance-task.ts'

/** Makes the CRLs that are due: for their age, or for a revocation that a crash kept out of them. */
export const crlPublication = (crls: CrlPublisher): MaintenanceTask => ({
  name: 'crl-publication',
  dueAt: () => crls.dueAt(),
  deadline: () => crls.deadline(),
  run: () => crls.publishDue(),
})
