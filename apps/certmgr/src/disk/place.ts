import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  ensureDirectory,
  type FileWrite,
  type OwnerIds,
  refuseUnsafeParents,
  standingPath,
} from '@easycerts/adapters/files'

/** The disk that certmgr keeps true: this machine's, or an image below another root. */
export interface Place {
  readonly root: string
  readonly ids: OwnerIds
  /** Whose files are looked for, which may lie behind the link of this spec. */
  readonly spec?: string
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

/** The same place, where the files of one spec are looked for. */
export const placeOf = (place: Place, { name }: { readonly name: string }): Place => ({
  ...place,
  spec: name,
})

/** Where the octets lie that a path of a spec names; never through anybody else's link. */
export const foundAt = (place: Place, path: string): string =>
  place.spec === undefined ? pathOn(place, path) : standingPath(pathOn(place, path), place.spec)

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

/** ERR_FILE_UNSAFE for a way that leads through links of others. */
export const ensureParentsOf = async (
  { root }: Place,
  files: readonly FileWrite[],
  uid: number,
): Promise<void> => {
  for (const directory of new Set(files.map(({ path }) => dirname(path)))) {
    await refuseUnsafeParents(directory, { root, uid, directories: 'anybody' })
    await ensureDirectory(directory, PARENT_MODE)
  }
}
