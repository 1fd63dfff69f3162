import { isDeepStrictEqual } from 'node:util'
import { readTextFile } from '@easycerts/adapters/files'
import type { RouteReply } from '@easycerts/shared/api'
import { sha256Hex } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { Logger } from 'pino'
import {
  type Authority,
  KeyedMutex,
  type LogOrigin,
  type Policy,
  refuseReload,
  reloadPolicy,
  withOrigin,
} from '../authority/index.ts'
import { type CaServerConfig, changesBetween, parseCaServerConfig } from '../config/index.ts'
import { policyOf } from './policy-of.ts'

export type ReloadReport = RouteReply<'configurationReload'>

export interface Reloading {
  readonly authority: Authority
  /** What the server was started with. */
  readonly config: CaServerConfig
  readonly file: string
  readonly log: Logger
  /** Takes over what is not policy but may change while the server runs. */
  readonly apply: (config: CaServerConfig) => void
}

/** The configuration of a running server. */
export interface RunningConfiguration {
  readonly current: () => RouteReply<'configuration'>
  /** `origin`: of the request, if one asked. ERR_CONFIG_INVALID or ERR_FILE_UNREADABLE leave everything as it was. */
  readonly reload: (actor: string, origin?: LogOrigin) => Promise<ReloadReport>
}

export const createRunningConfiguration = (reloading: Reloading): RunningConfiguration => {
  const mutex = new KeyedMutex()
  const { authority } = reloading
  let { settings } = reloading.config
  return {
    current: () => ({ sha256: authority.policy.current().sha256, settings }),
    // One at a time: two signals in a row must not swap the older file in last.
    reload: (actor, origin) =>
      mutex.run('reload', async () => {
        const here = origin === undefined ? authority : withOrigin(authority, origin)
        const { config, policy } = await readAnew({ ...reloading, authority: here }, actor)
        const changes = changesBetween(settings, config.settings)
        const pathsOf = (needsRestart: boolean): string[] =>
          changes.filter((each) => each.needsRestart === needsRestart).map(({ path }) => path)
        const changed = new Set([...pathsOf(false), ...changedBeside(authority, policy)])
        const report = { changed: [...changed], needsRestart: pathsOf(true) }
        await reloadPolicy(here, policy, { actor, ...report })
        reloading.apply(config)
        settings = withHot(settings, config.settings)
        tell(reloading.log, policy, report)
        return { sha256: policy.sha256, ...report }
      }),
  }
}

/** The files that it names have changed, perhaps, while their paths stay. */
const changedBeside = ({ policy }: Authority, { knownBadKeys, description }: Policy): string[] => {
  const now = policy.current()
  return [
    ...(now.knownBadKeys.sha256 === knownBadKeys.sha256 ? [] : ['keys.knownBad']),
    ...(now.description?.sha256 === description?.sha256 ? [] : ['cluster.description']),
  ]
}

/** A description of what this CA serves only after its next start waits until then. */
const withFittingDescription = (
  { cluster, policy }: Authority,
  config: CaServerConfig,
  next: Policy,
): Policy => {
  const { description } = policy.current()
  return isDeepStrictEqual(cluster, config.cluster) ? next : { ...next, description }
}

/** What needs a restart is still as it was, and is told again at the next reload. */
const withHot = (
  running: CaServerConfig['settings'],
  {
    profileSets,
    profiles,
    lifetimes,
    limits,
    nodes,
    absence,
    restartLeases,
    cluster: { description },
    keys: { knownBad },
  }: CaServerConfig['settings'],
): CaServerConfig['settings'] => {
  const keys = { ...running.keys, knownBad }
  const cluster = { ...running.cluster, description }
  const hot = { profileSets, profiles, lifetimes, limits, nodes, absence, restartLeases }
  return { ...running, ...hot, keys, cluster }
}

const readAnew = async (
  { authority, file, log }: Reloading,
  actor: string,
): Promise<{ config: CaServerConfig; policy: Policy }> => {
  let sha256: string | null = null
  try {
    const text = readTextFile(file)
    sha256 = sha256Hex(Buffer.from(text))
    const config = parseCaServerConfig(file, text)
    const policy = withFittingDescription(authority, config, policyOf(config, text))
    return { config, policy }
  } catch (error) {
    const faults = isEasycertsError(error) ? error.message.split('\n') : [String(error)]
    log.error({ file, sha256, faults }, 'the configuration is invalid: the old one stays in force')
    await refuseReload(authority, sha256, { actor, faults })
    throw error
  }
}

const tell = (
  log: Logger,
  { sha256 }: Policy,
  { changed, needsRestart }: Omit<ReloadReport, 'sha256'>,
): void => {
  log.info({ sha256, changed }, 'configuration read again')
  if (needsRestart.length > 0)
    log.warn({ needsRestart }, 'these settings changed, and take effect at the next start only')
}
