export { fleetStack, FLEET_UNIT_DIRECTORY } from './fleet-stack.ts'
export { CLOUD_CONFIG } from './cloud-config.ts'
export { checkFleetUnit } from './check-fleet-unit.ts'
