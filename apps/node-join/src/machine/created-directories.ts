import { existsSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** The directories of a path that are not there, innermost first. */
export const missingDirectories = (path: string): string[] =>
  existsSync(path) || path === dirname(path) ? [] : [path, ...missingDirectories(dirname(path))]

/** Removes those that are empty; one that somebody uses by now stays. */
export const removeIfEmpty = (directories: readonly string[]): void => {
  for (const directory of directories) {
    try {
      rmdirSync(directory)
    } catch {
      return
    }
  }
}
