import { dirname, join } from 'node:path'
import { ensureDirectory, type FileWrite, isOurLink, requireRoom } from '@easycerts/adapters/files'
import type { CertificateSpec } from '@easycerts/shared/certificate-spec'
import { ensureParentsOf, fileWriteOf } from '../disk/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

/**
 * To be called before the CA is asked: with a full or read-only disk, or an owner that nobody knows, each
 * retry would get another certificate that nobody can keep.
 */
export const requirePlace = async (
  { place, paths, uid }: Pick<CertmgrContext, 'place' | 'paths' | 'uid'>,
  { name, key, certificate }: CertificateSpec,
): Promise<void> => {
  const files = [key, certificate].map((file) => fileWriteOf(place, file, ''))
  await ensureParentsOf(place, files, uid)
  await requireRoom(files.map(besideLink(name)), place.ids)
  await ensureDirectory(paths.journals, 0o700)
  await requireRoom([{ path: join(paths.journals, ROOM), mode: 0o600 }])
}

const ROOM = 'room'

/** Where a link stands, nothing is ever written: the file goes into another directory beside it. */
const besideLink =
  (name: string) =>
  (file: FileWrite): FileWrite =>
    isOurLink(file.path, name) ? { ...file, path: join(dirname(file.path), ROOM) } : file
