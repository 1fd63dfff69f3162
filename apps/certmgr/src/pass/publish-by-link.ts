import { dirname } from 'node:path'
import {
  clearLinked,
  ensureDirectory,
  type FileWrite,
  type LinkedSite,
  publishLinked,
  refuseUnsafeParents,
} from '@easycerts/adapters/files'
import type { CertificateSpec } from '@easycerts/shared/certificate-spec'
import { pathOn } from '../disk/index.ts'
import { pathsOf } from '../specs/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

/** What one link switches. */
interface SiteToPublish extends LinkedSite {
  readonly files: readonly FileWrite[]
}

/** The files of specs that are published by a link, each spec by itself. */
export const sitesOf = (
  context: Pick<CertmgrContext, 'specs' | 'place'>,
  files: readonly FileWrite[],
): SiteToPublish[] =>
  linkedSpecs(context).flatMap((spec) => {
    const own = new Set(pathsOf(spec).map((path) => pathOn(context.place, path)))
    const written = files.filter(({ path }) => own.has(path))
    return written.length === 0 ? [] : [{ ...siteOf(context, spec), files: written }]
  })

const DIRECTORY_MODE = 0o755

/** Only in a directory of ours: its owner could lead us elsewhere while we fill a generation. */
export const publishByLink = async (
  { place: { root, ids }, uid }: Pick<CertmgrContext, 'place' | 'uid'>,
  site: SiteToPublish,
): Promise<void> => {
  await refuseUnsafeParents(site.directory, { root, uid, directories: 'ours' })
  await ensureDirectory(site.directory, DIRECTORY_MODE)
  await publishLinked({ ...site, ids })
}

/** Removes what a killed process has staged and not published. */
export const clearSites = async (
  context: Pick<CertmgrContext, 'specs' | 'place'>,
): Promise<void> => {
  for (const spec of linkedSpecs(context)) await clearLinked(siteOf(context, spec))
}

const linkedSpecs = ({ specs }: Pick<CertmgrContext, 'specs'>): CertificateSpec[] =>
  specs.certificates.filter(({ publication }) => publication === 'link')

const siteOf = (
  { place }: Pick<CertmgrContext, 'place'>,
  { name, certificate }: CertificateSpec,
): LinkedSite => ({ directory: dirname(pathOn(place, certificate.path)), name })
