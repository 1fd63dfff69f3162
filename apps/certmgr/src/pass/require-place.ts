import { join } from 'node:path'
import { ensureDirectory, requireRoom } from '@easycerts/adapters/files'
import type { CertificateSpec } from '@easycerts/shared/certificate-spec'
import { ensureParentsOf, fileWriteOf } from '../disk/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

/**
 * To be called before the CA is asked: with a full or read-only disk, or an owner that nobody knows, each
 * retry would get another certificate that nobody can keep.
 */
export const requirePlace = async (
  { place, paths, uid }: Pick<CertmgrContext, 'place' | 'paths' | 'uid'>,
  { key, certificate }: CertificateSpec,
): Promise<void> => {
  const files = [key, certificate].map((file) => fileWriteOf(place, file, ''))
  await ensureParentsOf(place, files, uid)
  await requireRoom(files, place.ids)
  await ensureDirectory(paths.journals, 0o700)
  await requireRoom([{ path: join(paths.journals, 'room'), mode: 0o600 }])
}
