import type { Role } from '../cluster/index.ts'
import type { Layout } from './layout.ts'
import { NODE_PATHS } from './node-paths.ts'

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/** Where certmgr replaces files of a role, each directory once, beside its own configuration. */
export const certmgrDirectories = (layout: Layout, role: Role): string[] => {
  const rows = [...layout.certificates.flatMap(({ certificate, key, roles }) => [certificate, key].map((path) => ({ path, roles }))), ...layout.bundles]
  const directories = rows.filter(({ roles }) => roles.includes(role)).map(({ path }) => directoryOf(path))
  return [...new Set(directories)].filter((path) => path !== NODE_PATHS.configDirectory)
}
