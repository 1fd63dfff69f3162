import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { sha256Hex } from '@easycerts/shared/encoding'

/** Every file and link below a folder: kind, mode, owner and content. Directories too, but those left out. */
export const stateOfTree = (
  folder: string,
  leftOut: readonly string[] = [],
): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !leftOut.some((each) => name.startsWith(each)))
      .toSorted()
      .map((name) => [name, stateOf(join(folder, name))]),
  )

const stateOf = (path: string): string => {
  const stats = lstatSync(path)
  const head = `${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid}`
  if (stats.isSymbolicLink()) return `link ${readlinkSync(path)}`
  return stats.isDirectory() ? `directory ${head}` : `${head} ${sha256Hex(readFileSync(path))}`
}
