import { createOperatorClient } from '@easycerts/adapters/ca-client'
import { readTextFile } from '@easycerts/adapters/files'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { stringify } from 'yaml'
import {
  type CaServerConfig,
  changesBetween,
  type ConfigChange,
  dataPaths,
  parseCaServerConfig,
  printedConfig,
} from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { policyOf } from './policy-of.ts'

export interface ConfigOptions extends GlobalOptions {
  readonly file?: string | undefined
}

const fileOf = ({ file, dataDirectory }: ConfigOptions): string =>
  file ?? dataPaths(dataDirectory).config

const clientOf = ({ dataDirectory }: GlobalOptions) =>
  createOperatorClient({ socketPath: dataPaths(dataDirectory).operatorSocket })

/** `ca-server config check`: ERR_CONFIG_INVALID after the list of all faults. */
export const runConfigCheck = async (
  context: CommandContext,
  options: ConfigOptions,
): Promise<void> => {
  const file = fileOf(options)
  const text = readTextFile(file)
  const { config, faults } = readConfig(file, text)
  if (!config) {
    await context.terminal.result({ file, valid: false, faults }, () => faults.join('\n'))
    throw new EasycertsError('ERR_CONFIG_INVALID', `${file}: ${countOf(faults.length, 'fault')}`)
  }
  const running = await runningSettings(options)
  const changes = running === undefined ? [] : changesBetween(running, config.settings)
  const report = {
    file,
    valid: true,
    faults: [],
    profiles: config.profiles.length,
    serverRuns: running !== undefined,
    changes,
  }
  await context.terminal.result(report, () =>
    [
      `${file} is valid, with ${countOf(config.profiles.length, 'profile')}.`,
      running === undefined ? 'No server runs that could read it.' : describe(changes),
    ].join('\n'),
  )
}

const describe = (changes: readonly ConfigChange[]): string => {
  if (changes.length === 0) return 'The running server has these settings already.'
  return changes
    .map(
      ({ path, needsRestart }) =>
        `${path}: ${needsRestart ? 'takes effect at the next start' : 'takes effect at a reload'}`,
    )
    .join('\n')
}

const countOf = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? '' : 's'}`

const readConfig = (
  file: string,
  text: string,
): { readonly config?: CaServerConfig; readonly faults: readonly string[] } => {
  try {
    const config = parseCaServerConfig(file, text)
    // For their faults: the list of known bad keys and the description are files of their own.
    policyOf(config, text)
    return { config, faults: [] }
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CONFIG_INVALID')
      return { faults: error.message.split('\n') }
    throw error
  }
}

/** What the server of this directory runs with; undefined if none does. */
const runningSettings = async (options: GlobalOptions): Promise<unknown> => {
  try {
    return (await clientOf(options).call('configuration', {})).settings
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_SERVER_NOT_RUNNING') return undefined
    throw error
  }
}

/** `ca-server config print` */
export const runConfigPrint = async (
  context: CommandContext,
  options: ConfigOptions,
): Promise<void> => {
  const file = fileOf(options)
  const text = readTextFile(file)
  const config = parseCaServerConfig(file, text)
  // The layout of a description names some certificates otherwise.
  const profiles = [...policyOf(config, text).profiles.values()]
  const printed = printedConfig({ ...config, profiles })
  await context.terminal.result(printed, () => stringify(printed, { lineWidth: 0 }))
}

/** `ca-server config reload` */
export const runConfigReload = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const report = await clientOf(options).call('configurationReload', { body: {} })
  const { changed, needsRestart } = report
  await context.terminal.result(report, () =>
    [
      changed.length === 0 ? 'Nothing changed.' : `In force now: ${changed.join(', ')}.`,
      ...(needsRestart.length === 0 ? [] : [`Only after a restart: ${needsRestart.join(', ')}.`]),
    ].join('\n'),
  )
}
