import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { digestOfFile } from '@easycerts/adapters/files'
import { reasonOf, wrapError } from '@easycerts/shared/errors'
import { type Machine, pathOn } from '../machine/index.ts'

/** Every regular file below a directory, by the path that the node sees, with its SHA-256. */
export const filesBelow = (
  machine: Machine,
  directory: string,
): { readonly path: string; readonly sha256: string }[] =>
  entriesOf(pathOn(machine, directory)).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return filesBelow(machine, path)
    const sha256 = entry.isFile() ? digestOfFile(pathOn(machine, path)) : undefined
    return sha256 === undefined ? [] : [{ path, sha256 }]
  })

const entriesOf = (directory: string): Dirent[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return []
    throw wrapError('ERR_FILE_UNREADABLE', `cannot read ${directory}`, error)
  }
}
