import { resolve } from 'node:path'
import { writeFileDurably } from '@easycerts/adapters/files'
import { dataPaths } from '../config/index.ts'
import { readLogTexts } from '../store/sqlite/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { askHead } from './log-head.ts'

export interface LogExportOptions extends GlobalOptions {
  readonly out: string
}

/**
 * `ca-server log export`: a line for each entry, its canonical text, and at the end the head that
 * the running server signs.
 */
export const runLogExport = async (
  context: CommandContext,
  options: LogExportOptions,
): Promise<void> => {
  const { head, text, publicKey } = await askHead(options)
  const path = resolve(options.out)
  const { database } = dataPaths(options.dataDirectory)
  await writeFileDurably({
    path,
    content: linesOf(database, head.size, { text, publicKey }),
    mode: 0o600,
  })
  await context.terminal.result(
    { out: path, entries: head.size },
    () => `wrote ${head.size} entries and their head to ${path}`,
  )
}

function* linesOf(
  database: string,
  size: number,
  { text, publicKey }: { readonly text: string; readonly publicKey: string },
): Iterable<string> {
  for (const entry of readLogTexts(database, size)) yield `${entry}\n`
  yield `${JSON.stringify({ head: text, publicKey })}\n`
}
