import { resolve } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { dataPaths } from '../config/index.ts'
import {
  type KeptHead,
  type VerifiedLog,
  type Verification,
  verifyDatabase,
  verifyExport,
} from '../store/sqlite/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

export interface LogVerifyOptions extends GlobalOptions {
  readonly database?: string
  readonly export?: string
  readonly head: readonly string[]
  readonly signatures?: boolean
  readonly show: string
}

/**
 * `ca-server log verify`: rebuilds the records from the log and compares, beside a running server or
 * without one. ERR_LOG_MISMATCH after the result, which names what differs.
 */
export const runLogVerify = async (
  context: CommandContext,
  options: LogVerifyOptions,
): Promise<void> => {
  if (options.database !== undefined && options.export !== undefined)
    throw new EasycertsError('ERR_USAGE', 'verify a database or an export, not both at once')
  const wish = wishOf(context, options)
  const database = resolve(options.database ?? dataPaths(options.dataDirectory).database)
  const verified =
    options.export === undefined
      ? await verifyDatabase(database, wish)
      : await verifyExport(resolve(options.export), wish)
  await context.terminal.result(verified, () => render(verified))
  if (verified.differenceCount > 0)
    throw new EasycertsError(
      'ERR_LOG_MISMATCH',
      `${verified.differenceCount} places differ from what the log says`,
    )
}

const wishOf = (
  { terminal, isInteractive }: CommandContext,
  options: LogVerifyOptions,
): Verification => ({
  heads: options.head.map((file): KeptHead => ({ name: file, text: readTextFile(file) })),
  withSignatures: options.signatures === true,
  shown: countOf(options.show),
  onProgress: (phase, done, total) => {
    if (isInteractive)
      terminal.note(`${phase}: ${done}${total === undefined ? '' : ` of ${total}`}`)
  },
})

const countOf = (text: string): number => {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new EasycertsError('ERR_USAGE', `"${text.slice(0, 20)}" is no number of differences`)
}

const render = (log: VerifiedLog): string => {
  const rows = Object.entries(log.rows).map(([table, count]) => `${count} ${table}`)
  const lines = [
    `log      ${log.entries} entries, epoch ${log.epoch}, of CA ${log.storeId}`,
    `root     ${log.root}`,
    ...(rows.length > 0 ? [`records  ${rows.join(', ')}`] : []),
    ...(log.signatures > 0 ? [`issued   ${log.signatures} certificates, signatures verified`] : []),
    ...log.heads.map(
      ({ name, size, state }) => `head     ${name}: ${size} entries, ${WORDS[state]}`,
    ),
    ...log.differences.map(({ table, key, problem }) => `DIFFERS  ${table} ${key}: ${problem}`),
    ...hidden(log),
  ]
  return lines.join('\n')
}

const WORDS = {
  holds: 'the log goes on from there',
  restored: 'later entries were cut off by a restore that the log holds',
  broken: 'the log does not go on from there',
} as const

const hidden = ({ differenceCount, differences }: VerifiedLog): string[] => {
  const more = differenceCount - differences.length
  return more > 0 ? [`and ${more} more; --show ${differenceCount} names them all`] : []
}
