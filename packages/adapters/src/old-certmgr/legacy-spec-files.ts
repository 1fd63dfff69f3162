import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '@easycerts/shared/errors'

/** Of a file that the old certmgr read as a spec. */
export const isLegacySpecName = (name: string): boolean => /^[^.].*\.(json|ya?ml)$/.test(name)

/** The specs at a path that is a directory of them, or one. */
export const legacySpecFiles = (path: string): string[] | { readonly fault: string } => {
  try {
    if (statSync(path).isFile()) return [path]
    return readdirSync(path)
      .filter(isLegacySpecName)
      .toSorted()
      .map((name) => join(path, name))
  } catch (error) {
    return { fault: `${path}: cannot be read (${reasonOf(error)})` }
  }
}
