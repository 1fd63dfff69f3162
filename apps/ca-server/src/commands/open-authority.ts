import { readTextFile } from '@easycerts/adapters/files'
import { acquireProcessLock } from '@easycerts/adapters/process'
import { BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import type { Authority, CertificateRow, Issuers, Store } from '../authority/index.ts'
import { type CaServerConfig, type DataPaths, parseCaServerConfig } from '../config/index.ts'
import { checkDataDirectory, loadIssuers } from '../data-directory/index.ts'
import { openSqliteStore } from '../store/sqlite/index.ts'
import { protectionOf, type ProtectionOptions } from './choose-protection.ts'
import type { CommandContext } from './command-context.ts'

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
): Promise<OpenedAuthority> => {
  checkDataDirectory(paths, context.uid)
  const config = parseCaServerConfig(paths.config, readTextFile(paths.config))
  const lock = await acquireProcessLock(paths.lock, context.clock)
  let store: Store | undefined
  const close = async (): Promise<void> => {
    await store?.close()
    await lock.release()
  }
  try {
    const secret = await protectionOf(context, paths, options).open(paths)
    store = openSqliteStore(paths.database)
    const rows = await store.read((reading) => reading.listIssuers())
    const issuers = loadIssuers(rows, { paths, uid: context.uid, secret, now: context.clock() })
    const abandoned = await store.transact((writing) => writing.abandonIntents())
    return { authority: authorityOf(context, config, store, issuers), config, abandoned, close }
  } catch (error) {
    await close()
    throw error
  }
}

const authorityOf = (
  { clock, random }: CommandContext,
  config: CaServerConfig,
  store: Store,
  issuers: Issuers,
): Authority => ({
  store,
  issuers,
  profiles: new Map(BUILT_IN_PROFILES.map((profile) => [profile.name, profile])),
  cluster: config.cluster,
  lifetimes: config.lifetimes,
  hosts: config.hosts,
  joinEndpoints: config.joinEndpoints,
  nodeEndpoints: config.nodeEndpoints,
  clock,
  random,
})
