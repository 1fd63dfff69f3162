import { LOG_LEVELS, type LogFormat, type LogLevel } from '@easycerts/adapters/log'
import { EasycertsError } from '@easycerts/shared/errors'
import { type CertmgrConfig, loadConfig } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { OLD_FLAGS } from './old-flags.ts'

/** The configuration that a command line names, as `loadConfig`. */
export const configOf = (
  { environment }: Partial<Pick<CommandContext, 'environment'>>,
  options: GlobalOptions,
): CertmgrConfig => {
  const flags = Object.entries(OLD_FLAGS).flatMap(([flag, variable]) => {
    const value = options[flag as keyof typeof OLD_FLAGS]
    return value === undefined ? [] : [[variable, value] as const]
  })
  const config = loadConfig({
    root: options.root,
    file: options.config,
    environment: { ...environment, ...Object.fromEntries(flags) },
  })
  if (flags.length > 0 && !config.legacy)
    throw new EasycertsError(
      'ERR_USAGE',
      'there are options of the old certmgr, and no configuration of it',
      { hint: 'name it with -f /etc/certmgr/certmgr.yaml, or set the same in certmgr.yaml' },
    )
  return config
}

/** How to log: as the options say, else as the old configuration does, where there is one. */
export const logSettingsOf = (
  { log, logLevel, level, ...flags }: GlobalOptions,
  { legacy }: CertmgrConfig,
): { readonly format: LogFormat; readonly level: LogLevel } => {
  const isJson = flags['log.json'] === true || legacy?.log.json === true
  const wanted = level ?? (logLevel === 'info' ? legacy?.log.level : undefined) ?? logLevel
  return { format: isJson ? 'json' : log, level: levelOf(wanted) }
}

const levelOf = (text: string): LogLevel => {
  const name = text === 'warning' ? 'warn' : text
  const level = LOG_LEVELS.find((known) => known === name)
  if (level) return level
  throw new EasycertsError('ERR_USAGE', `"${text.slice(0, 40)}" is not a level of the log`, {
    hint: `levels are ${LOG_LEVELS.join(', ')}`,
  })
}
