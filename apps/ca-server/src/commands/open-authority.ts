import { readTextFile } from '@easycerts/adapters/files'
import { acquireProcessLock } from '@easycerts/adapters/process'
import {
  abandonIntents,
  AttemptLedger,
  type Authority,
  type CertificateRow,
  ContactLedger,
  DisplacementLedger,
  createAuthorityEvents,
  createPointersOfIssuer,
  createClockGuard,
  createIssuanceLog,
  createPolicyReference,
  type IssuanceLog,
  type Policy,
  ReportLedger,
  type Store,
  TicketAlarms,
} from '../authority/index.ts'
import { type CaServerConfig, type DataPaths, parseCaServerConfig } from '../config/index.ts'
import {
  checkDataDirectory,
  loadIssuers,
  LOG_KEY,
  openOwnKey,
  recoverKeyFiles,
  TRUST_KEY,
} from '../data-directory/index.ts'
import { type CommitOutcome, openSqliteStore } from '../store/sqlite/index.ts'
import { protectionOf, type ProtectionOptions } from './choose-protection.ts'
import type { CommandContext } from './command-context.ts'
import { type OpenedIssuerKeys, openIssuerKeys } from './open-issuer-keys.ts'
import { policyOf } from './policy-of.ts'

export interface OpenedAuthority {
  readonly authority: Authority
  readonly config: CaServerConfig
  /** Certificates that were intended and never recorded: a crash fell between. */
  readonly abandoned: readonly CertificateRow[]
  readonly close: () => Promise<void>
}

/**
 * Opens a data directory for service, as its only user. A broken, mismatched or too open one is
 * refused before anything changes.
 */
export const openAuthority = async (
  context: CommandContext,
  paths: DataPaths,
  options: ProtectionOptions,
  onCommit?: (outcome: CommitOutcome) => void,
): Promise<OpenedAuthority> => {
  checkDataDirectory(paths, context.uid)
  const text = readTextFile(paths.config)
  const config = parseCaServerConfig(paths.config, text)
  const policy = policyOf(config, text)
  const lock = await acquireProcessLock(paths.lock, context.clock)
  let store: Store | undefined
  let keys: OpenedIssuerKeys | undefined
  const close = async (): Promise<void> => {
    keys?.close()
    await store?.close()
    await lock.release()
  }
  try {
    await recoverKeyFiles(paths)
    const secret = await protectionOf(context, paths, options).open(paths)
    store = openSqliteStore(paths.database, onCommit)
    const [rows, awaited] = await store.read((reading) =>
      Promise.all([reading.listIssuers(), reading.listIssuerRequests()]),
    )
    keys = await openIssuerKeys(context, { paths, secret, config }, rows)
    const issuers = loadIssuers(rows, awaited, { keys: keys.at, now: context.clock() })
    const log = await openLog(context, paths, store, secret)
    const trustKey = await openOwnKey(TRUST_KEY, { store, paths, secret, ...context })
    const abandoned = await abandonIntents(store, context.clock)
    const authority = authorityOf(context, config, policy, { store, log, issuers, trustKey })
    return { authority, config, abandoned, close }
  } catch (error) {
    await close()
    throw error
  }
}

const openLog = async (
  { uid, clock }: CommandContext,
  paths: DataPaths,
  store: Store,
  secret: string | undefined,
): Promise<IssuanceLog> => {
  const key = await openOwnKey(LOG_KEY, { store, paths, uid, secret, clock })
  return store.read(async (reading) =>
    createIssuanceLog({
      storeId: (await reading.findMeta('store-id')) ?? '',
      epoch: Number(await reading.findMeta('epoch')),
      key,
      clock,
    }),
  )
}

const authorityOf = (
  { clock, monotonic, random }: CommandContext,
  config: CaServerConfig,
  policy: Policy,
  records: Pick<Authority, 'store' | 'log' | 'issuers' | 'trustKey'>,
): Authority => ({
  ...records,
  policy: createPolicyReference(policy),
  events: createAuthorityEvents(),
  revocationPointers: createPointersOfIssuer(config.revocation.url),
  mastersAttempts: new AttemptLedger(),
  ticketContests: new AttemptLedger(),
  ticketAlarms: new TicketAlarms(),
  adoptionAttempts: new AttemptLedger(),
  contacts: new ContactLedger(),
  reports: new ReportLedger(),
  hostQuestions: new AttemptLedger(),
  refusedHosts: new AttemptLedger(),
  displacements: new DisplacementLedger(monotonic),
  returnContests: new AttemptLedger(),
  cluster: config.cluster,
  hosts: config.hosts,
  joinEndpoints: config.joinEndpoints,
  nodeEndpoints: config.nodeEndpoints,
  clock,
  clockGuard: createClockGuard(clock, monotonic, config.clock),
  random,
})
