import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sha256Hex } from '@easycerts/shared/encoding'

export interface TreeEntry {
  readonly path: string
  /** '0600' */
  readonly mode: string
  readonly kind: 'directory' | 'file' | 'other'
}

/** The folder itself and everything below it, in order of names. */
export const entriesOf = (folder: string): TreeEntry[] => [
  entryOf(folder, folder),
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => entryOf(folder, join(folder, name))),
]

const entryOf = (folder: string, path: string): TreeEntry => {
  const stats = lstatSync(path)
  const kind = stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'other'
  return {
    path: relative(folder, path) || '.',
    mode: `0${(stats.mode & 0o777).toString(8)}`,
    kind,
  }
}

/** Paths of the files below a folder. */
export const filesOf = (folder: string): string[] =>
  entriesOf(folder)
    .filter(({ kind }) => kind === 'file')
    .map(({ path }) => join(folder, path))

/** Everything that can change: names, modes and bytes. */
export const fingerprintOf = (folder: string): string[] =>
  entriesOf(folder).map(({ path, mode, kind }) =>
    [path, mode, kind === 'file' ? sha256Hex(readFileSync(join(folder, path))) : kind].join(' '),
  )
