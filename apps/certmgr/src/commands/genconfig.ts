import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { DEFAULT_CONFIG } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

/** `certmgr genconfig`: a configuration that says every default, and the directory of specs. */
export const runGenconfig = async (
  { terminal }: CommandContext,
  { root, config, force }: GlobalOptions,
): Promise<number> => {
  const path = join(root, config ?? NODE_PATHS.certmgrConfig)
  const specs = join(root, NODE_PATHS.specDirectory)
  if (existsSync(path) && force !== true)
    throw new EasycertsError('ERR_USAGE', `${path} is there already`, {
      hint: 'give --force to replace it, or another path with --config',
    })
  await ensureDirectory(dirname(path), 0o755)
  await writeFileDurably({ path, content: DEFAULT_CONFIG, mode: 0o644 })
  await ensureDirectory(specs, 0o755)
  await terminal.result({ config: path, specs }, () => `Wrote ${path}; specs go into ${specs}.`)
  return 0
}
