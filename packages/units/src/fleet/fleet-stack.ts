import { configFile, type BuildStack, type GeneratedFile, unitFile } from '../stack/index.ts'
import { serializeUnit } from '../systemd/index.ts'
import { cloudConfig } from './cloud-config.ts'
import { fleetFacts, type FleetFacts, runs } from './fleet-facts.ts'
import {
  fleetUnit,
  LEADER_FILE,
  NETWORK_ENVIRONMENT_UNIT,
  type FleetService,
} from './fleet-service.ts'
import { fleetServices } from './fleet-services.ts'
import { networkEnvironmentUnit } from './network-environment.ts'

/** Not in systemd's directory: fleet itself puts units there, on the machines that it chooses. */
export const FLEET_UNIT_DIRECTORY = '/etc/fleet/units'

const EVERY_UNITS_DEFECTS = [
  'what `curl -z` compares with is removed before, so that each start downloads all again.',
  'without --fail an error page of the site becomes the program.',
]

const header = (facts: FleetFacts, service: FleetService): readonly string[] =>
  facts.verbatim
    ? [...EVERY_UNITS_DEFECTS, ...service.defects].map((defect) => `Defect: ${defect}`)
    : [
        'Written by easycerts (node-join), which replaces it when it runs again.',
        `Once for the whole cluster: fleetctl start ${service.name}`,
      ]

const fleetFile = (facts: FleetFacts, service: FleetService): GeneratedFile => ({
  path: `${FLEET_UNIT_DIRECTORY}/${service.name}`,
  content: serializeUnit(fleetUnit(facts, service), header(facts, service)),
  mode: 0o644,
})

const warningsOf = ({ node, port, options }: FleetFacts): readonly string[] =>
  node.components.has('apiserver')
    ? [
        `kube-apiserver listens on ${options.insecureBindAddress}:${port} without TLS or a login: whoever reaches that port is master of the cluster`,
      ]
    : []

/** What fleet would run on this machine, and what the machine must have before. */
export const fleetStack: BuildStack = (request) => {
  const facts = fleetFacts(request)
  const environment = networkEnvironmentUnit(facts)
  const leader = `LEADER_ENDPOINT=${facts.leaderEndpoint}\n`
  const services = fleetServices(facts).filter(({ component }) => runs(facts, component))
  return {
    files: [
      ...services.map((service) => fleetFile(facts, service)),
      unitFile(environment),
      configFile(LEADER_FILE, leader),
      cloudConfig(facts, serializeUnit(environment), leader),
    ],
    units: [NETWORK_ENVIRONMENT_UNIT],
    warnings: [
      ...warningsOf(facts),
      `the units in ${FLEET_UNIT_DIRECTORY} are for "fleetctl start", once for the whole cluster`,
    ],
  }
}
