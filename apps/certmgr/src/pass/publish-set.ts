import { dirname } from 'node:path'
import { dissolveLinks, type FileWrite, publishFiles } from '@easycerts/adapters/files'
import type { Action } from '@easycerts/shared/certificate-spec'
import { ensureParentsOf, pathOn } from '../disk/index.ts'
import { beginPublication, endPublication, type RestartDeadline } from '../plan/index.ts'
import { pathsOf } from '../specs/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'
import { publishByLink, sitesOf } from './publish-by-link.ts'

export interface SetToPublish {
  readonly set: string
  /** In the order in which they appear. */
  readonly files: readonly FileWrite[]
  /** What the change demands; runs at the end of the pass, or after the crash. */
  readonly actions: readonly Action[]
  /** The end of what the files took the place of, if that ends. */
  readonly deadline?: RestartDeadline | undefined
}

/**
 * All files of a set or none; what has to follow is durable before the first of them changes. Specs
 * that are published by a link switch each by itself.
 */
export const publishSet = async (
  context: CertmgrContext,
  { set, files, actions, deadline }: SetToPublish,
): Promise<void> => {
  const { place, paths, ledger, uid } = context
  const sites = sitesOf(context, files)
  const linked = new Set(sites.flatMap((site) => site.files))
  const plain = files.filter((file) => !linked.has(file))
  await ensureParentsOf(place, plain, uid)
  await ledger.update((pending) => beginPublication(pending, set, actions, deadline))
  for (const site of sites) await publishByLink(context, site)
  await dissolveSitesOf(context, plain)
  await publishFiles({ set, files: plain, journalDirectory: paths.journals, ids: place.ids })
  await ledger.update((pending) => endPublication(pending, set))
}

/** Where a spec was published by a link before. */
const dissolveSitesOf = async (
  { specs, place }: CertmgrContext,
  files: readonly FileWrite[],
): Promise<void> => {
  const written = new Set(files.map(({ path }) => path))
  for (const spec of specs.certificates) {
    const own = pathsOf(spec).map((path) => pathOn(place, path))
    if (!own.some((path) => written.has(path))) continue
    for (const directory of new Set(own.map((path) => dirname(path))))
      await dissolveLinks({ directory, name: spec.name })
  }
}
