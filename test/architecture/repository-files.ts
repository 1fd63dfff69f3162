import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

// What .gitignore names, so that the tests hold in a copy without git as well.
const NOT_OURS = new Set(['node_modules', 'dist', 'out', 'coverage', '.git'])

export interface RepositoryFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** Paths of all files below a folder of the repository; none if it does not exist. */
export const pathsBelow = (folder: string): string[] => {
  const start = join(ROOT, folder)
  if (!existsSync(start)) return []
  return readdirSync(start, { withFileTypes: true }).flatMap((entry) => {
    const path = relative(ROOT, join(start, entry.name))
    if (NOT_OURS.has(entry.name)) return []
    if (entry.isDirectory()) return pathsBelow(path)
    return entry.isFile() ? [path] : []
  })
}

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

export const foldersIn = (folder: string): string[] => {
  const start = join(ROOT, folder)
  if (!existsSync(start)) return []
  return readdirSync(start, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_OURS.has(entry.name))
    .map(({ name }) => name)
}

const sourcesBelow = (folder: string): RepositoryFile[] =>
  pathsBelow(folder)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readText(path) }))

/** What is shipped: the TypeScript of packages and apps. */
export const shippedSources = (): RepositoryFile[] => ['packages', 'apps'].flatMap(sourcesBelow)

export const testSources = (): RepositoryFile[] => sourcesBelow('test')
