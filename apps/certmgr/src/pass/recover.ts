import { dirname } from 'node:path'
import { recoverPublications } from '@easycerts/adapters/files'
import { pathOn } from '../disk/index.ts'
import { pathsOf } from '../specs/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'
import { clearSites } from './publish-by-link.ts'

/** Finishes what a killed process was publishing, before anybody looks at the files. */
export const recover = async (context: CertmgrContext): Promise<void> => {
  const { specs, place, paths, config, log } = context
  const targets = specs.files.flatMap(({ spec }) => pathsOf(spec))
  const directories = new Set(targets.map((path) => dirname(pathOn(place, path))))
  const { finished, broken } = await recoverPublications(paths.journals, [
    ...directories,
    config.state,
    config.identity,
  ])
  for (const { set, paths: files } of finished)
    log.warn('finished a publication that was cut short', { set, files: files.length })
  for (const path of broken) log.error('a publication cannot be finished', { journal: path })
  await clearSites(context)
}
