import { readTextFile, writeFileDurably } from '@easycerts/adapters/files'
import { acquireProcessLock } from '@easycerts/adapters/process'
import { EasycertsError } from '@easycerts/shared/errors'
import { formatName } from '@easycerts/shared/x509'
import { join } from 'node:path'
import { installIssuers, type IssuerRequestRow, type Store } from '../authority/index.ts'
import { type DataPaths, dataPaths } from '../config/index.ts'
import { checkDataDirectory } from '../data-directory/index.ts'
import { openSqliteStore } from '../store/sqlite/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

export interface CsrOptions extends GlobalOptions {
  readonly issuer?: string | undefined
  readonly out?: string | undefined
}

/** `ca-server issuer csr`: the requests that wait for a root elsewhere, printed or as files. */
export const runIssuerCsr = async (context: CommandContext, options: CsrOptions): Promise<void> => {
  const paths = dataPaths(options.dataDirectory)
  const waiting = await withStore(context, paths, (store) =>
    store.read((reading) => reading.listIssuerRequests()),
  )
  const wanted = select(waiting, options.issuer)
  for (const { id, request } of wanted)
    if (options.out !== undefined)
      await writeFileDurably({ path: fileIn(options.out, id), content: request, mode: 0o644 })
  await context.terminal.result(
    wanted.map(({ id, purpose, pin, request }) => ({ id, purpose, pin, request })),
    () =>
      options.out === undefined
        ? wanted.map(({ request }) => request).join('')
        : wanted.map(({ id }) => fileIn(options.out ?? '', id)).join('\n'),
  )
}

const fileIn = (directory: string, id: string): string => join(directory, `${id}.csr`)

const select = (waiting: readonly IssuerRequestRow[], id: string | undefined) => {
  const wanted = waiting.filter((row) => id === undefined || row.id === id)
  if (wanted.length === 0)
    throw new EasycertsError(
      'ERR_USAGE',
      id === undefined ? 'no issuer waits for a certificate' : `issuer ${id} does not wait`,
    )
  return wanted
}

/** `ca-server issuer install FILE...`: all certificates given, or none. */
export const runIssuerInstall = async (
  context: CommandContext,
  options: GlobalOptions,
  files: readonly string[],
): Promise<void> => {
  const paths = dataPaths(options.dataDirectory)
  const pems = files.map(readTextFile)
  const [installed, waiting] = await withStore(context, paths, async (store) => {
    const done = await installIssuers(store, {
      pems,
      actor: `operator ${context.userName}`,
      clock: context.clock,
    })
    return [done, await store.read((reading) => reading.listIssuerRequests())] as const
  })
  for (const note of installed.flatMap(({ notes }) => notes)) context.terminal.warning(note)
  await context.terminal.result(
    {
      installed: installed.map(({ id, certificate, above }) => ({
        id,
        notAfter: certificate.validity.notAfter.toISOString(),
        root: formatName((above.at(-1) ?? certificate).subject),
      })),
      waiting: waiting.map(({ id }) => id),
    },
    () =>
      [
        ...installed.map(({ id, above, certificate }) =>
          above.length === 0
            ? `${id}: installed, as its own root`
            : `${id}: installed, below ${formatName((above.at(-1) ?? certificate).subject)}`,
        ),
        waiting.length === 0
          ? 'Next: ca-server serve'
          : `Still waiting: ${waiting.map(({ id }) => id).join(', ')}`,
      ].join('\n'),
  )
}

/** The records of a CA that is not being served: whoever serves it holds the lock. */
const withStore = async <Value>(
  context: CommandContext,
  paths: DataPaths,
  work: (store: Store) => Promise<Value>,
): Promise<Value> => {
  checkDataDirectory(paths, context.uid)
  const lock = await acquireProcessLock(paths.lock, context.clock)
  try {
    const store = openSqliteStore(paths.database)
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  } finally {
    await lock.release()
  }
}
