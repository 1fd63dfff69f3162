import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureDirectory, type FileWrite, type OwnerIds } from '@easycerts/adapters/files'

/** The disk that certmgr keeps true: this machine's, or an image below another root. */
export interface Place {
  readonly root: string
  readonly ids: OwnerIds
}

/** A file as a spec describes it. */
export interface SpecifiedFile {
  readonly path: string
  readonly owner: string
  readonly group: string
  /** '0600' */
  readonly mode: string
}

export const pathOn = ({ root }: Pick<Place, 'root'>, path: string): string => join(root, path)

/** When a file that is there was written. */
export const writtenAt = (place: Place, { path }: SpecifiedFile): Date =>
  lstatSync(pathOn(place, path)).mtime

export const fileWriteOf = (
  place: Place,
  file: SpecifiedFile,
  content: FileWrite['content'],
): FileWrite => ({
  path: pathOn(place, file.path),
  owner: file.owner,
  group: file.group,
  mode: parseInt(file.mode, 8),
  content,
})

const PARENT_MODE = 0o755

export const ensureParentsOf = async (files: readonly FileWrite[]): Promise<void> => {
  for (const directory of new Set(files.map(({ path }) => dirname(path))))
    await ensureDirectory(directory, PARENT_MODE)
}
