import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  clearLinked,
  dissolveLinks,
  type FileWrite,
  loadOwnerIds,
  publishFiles,
  publishLinked,
  recoverPublications,
} from '@easycerts/adapters/files'

/** How a set of files is published. */
export type Mode = 'files' | 'link'

const NAME = 'broker'

/** Key, certificate, combined PEM and a keystore, each of which says which generation it is of. */
const filesOf = (folder: string, generation: string): FileWrite[] => [
  { path: join(folder, 'pki/tls.key'), content: `key ${generation}\n`, mode: 0o600 },
  { path: join(folder, 'pki/tls.crt'), content: `leaf ${generation}\n`, mode: 0o644 },
  { path: join(folder, 'pki/combined.pem'), content: `both ${generation}\n`, mode: 0o640 },
  {
    path: join(folder, 'pki/keystore.p12'),
    content: Buffer.from(`keystore ${generation}\n`),
    mode: 0o600,
  },
]

const siteOf = (folder: string) => ({ directory: join(folder, 'pki'), name: NAME })

/** As certmgr publishes the files of a spec, whatever mode they were published in before. */
export const publishIn = async (folder: string, mode: Mode, generation: string): Promise<void> => {
  const [files, ids] = [filesOf(folder, generation), loadOwnerIds('/', 1)]
  if (mode === 'link') return publishLinked({ ...siteOf(folder), files, ids })
  await dissolveLinks(siteOf(folder))
  await publishFiles({ set: NAME, files, journalDirectory: join(folder, 'journal'), ids })
}

/** As certmgr does at its start. */
export const recoverIn = async (folder: string): Promise<void> => {
  await recoverPublications(join(folder, 'journal'), [join(folder, 'pki')])
  await clearLinked(siteOf(folder))
}

/** The generations that a reader of the paths finds now; 'missing' for a file that is not there. */
export const generationsIn = (folder: string): string[] => [
  ...new Set(
    filesOf(folder, '').map(({ path }) =>
      existsSync(path) ? (readFileSync(path, 'utf8').trim().split(' ').at(-1) ?? '') : 'missing',
    ),
  ),
]

/** Names in the directory that no reader asks for. */
export const hiddenIn = (folder: string): string[] =>
  readdirSync(join(folder, 'pki')).filter((name) => name.startsWith('.'))

/** Files that are more open than they are to be, staged ones included. */
export const tooOpenIn = (folder: string): string[] => {
  const modes = new Map(filesOf(folder, '').map(({ path, mode }) => [path.split('/').at(-1), mode]))
  const entries = readdirSync(join(folder, 'pki'), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ path: join(parentPath, name), name }))
    .filter(({ path, name }) => {
      const target = name.replace(/^\.(.*)\.easycerts-[0-9a-f]{16}$/, '$1')
      return (statSync(path).mode & 0o777 & ~(modes.get(target) ?? 0)) !== 0
    })
    .map(({ path }) => path)
}
