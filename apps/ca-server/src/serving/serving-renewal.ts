import type { MaintenanceTask } from '../maintenance/index.ts'
import type { ServingCertificate } from './serving-certificate.ts'
import type { ServingPair } from './serving-pair.ts'

/** Renews ca-server's own certificate; the old one stays in use until the new one is there. */
export const servingRenewal = (
  serving: ServingCertificate,
  onRenewed: (pair: ServingPair) => void,
): MaintenanceTask => ({
  name: 'serving-certificate',
  dueAt: () => serving.current().dueAt,
  deadline: () => serving.current().certificate.validity.notAfter,
  run: async () => onRenewed(await serving.renew()),
})
