import { randomBytes } from 'node:crypto'
import { createNodeClient } from '@easycerts/adapters/ca-client'
import { loadOwnerIds } from '@easycerts/adapters/files'
import { clientIdentityOf, openIdentityStore } from '@easycerts/adapters/identity-store'
import { askToReturn } from '@easycerts/adapters/join-session'
import type { Log } from '@easycerts/adapters/log'
import { openLogWitness } from '@easycerts/adapters/log-witness'
import { createNoServiceManager, type ServiceActions } from '@easycerts/adapters/systemd'
import { openTrustStore, type TrustStore } from '@easycerts/adapters/trust-store'
import type { CertmgrConfig } from '../config/index.ts'
import { thisMachine, unknownMachine } from '../node-report/index.ts'
import type { CertmgrContext } from '../pass/index.ts'
import type { LoadedSpecs } from '../specs/index.ts'
import { openActionLedger, openLeaseFile, openProofFile, statePaths } from '../state/index.ts'
import { remotesOf } from './open-remotes.ts'
import { servicesBy } from './services-by.ts'
import type { Surroundings } from './surroundings.ts'

/** Everything a pass needs, for the one process that holds the identity. */
export const openContext = (
  config: CertmgrConfig,
  specs: LoadedSpecs,
  { clock, log, signal, uid, environment = {} }: Surroundings,
): CertmgrContext => {
  const paths = statePaths(config.state)
  return {
    config,
    specs,
    place: { root: config.root, ids: loadOwnerIds(config.root, uid) },
    paths,
    store: openIdentityStore(config.identity, uid),
    trust: trustStoreOf(config),
    machine: config.actsOnThisSystem ? thisMachine : unknownMachine,
    ledger: openActionLedger(paths.actions),
    proofs: openProofFile(paths.proofs),
    leases: openLeaseFile(paths.leases),
    uid,
    clock,
    randomOctets: randomBytes,
    log,
    signal,
    askToReturn: (absentee) => askToReturn(absentee, { clock, signal, randomOctets: randomBytes }),
    ...partsOf(config, { clock, log, signal, uid, environment }),
  }
}

/** The mark lies with the state, which a copy of the identity put back does not take along. */
export const trustStoreOf = ({ identity, state }: CertmgrConfig): TrustStore =>
  openTrustStore({ directory: identity, markDirectory: state })

/** The parts that a changed configuration changes. */
export const partsOf = (
  config: CertmgrConfig,
  { clock, log, signal, uid, environment = {} }: Surroundings,
): Pick<CertmgrContext, 'services' | 'servicesOf' | 'remotes' | 'connect' | 'environment'> => ({
  services: servicesOf(config, log, signal),
  servicesOf: (manager) => servicesBy(manager, config, { log, signal }),
  remotes: remotesOf(config, { clock, signal, uid, environment }),
  environment,
  connect: (session) =>
    createNodeClient({
      endpoints: session.record.endpoints,
      anchorPem: session.anchorPem,
      identity: () => clientIdentityOf(session.identity),
      timeout: config.requestTimeout,
      signal,
      witness: openLogWitness({
        directory: config.identity,
        onRestored: (message) => log.warn(message),
      }),
    }),
})

const servicesOf = (config: CertmgrConfig, log: Log, signal: AbortSignal): ServiceActions => {
  const { kind, program } = config.serviceManager
  return kind === 'none'
    ? createNoServiceManager((text) => log.info(text))
    : servicesBy(kind, config, { log, signal, program })
}
