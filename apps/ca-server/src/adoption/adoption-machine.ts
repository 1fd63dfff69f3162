import type { ServiceManager } from '@easycerts/adapters/systemd'
import type { Clock } from '@easycerts/shared/time'
import type { HoldConnections } from './takeover/hold-connections.ts'

/** What an adoption does to a machine beyond writing files. */
export interface AdoptionMachine {
  readonly services: ServiceManager
  readonly hold: HoldConnections
  readonly clock: Clock
  /** Units in /run are gone after a boot, and enabling them would be a lie. */
  readonly keepsUnits: boolean
}
