import type { FileOwnership } from './file-spec.ts'
import type { OwnerIds } from './owner-ids.ts'
import { discardTemporary, stageFile } from './stage-file.ts'

/** A key and its chain, with what a file system needs beside them. */
const ROOM = Buffer.alloc(16_384)

/**
 * Whether each of these files could be written now, found out by writing another one beside it and
 * removing that. Fails as `stageFile` does.
 */
export const requireRoom = async (
  files: readonly (FileOwnership & { readonly path: string })[],
  ids?: OwnerIds,
): Promise<void> => {
  for (const file of files) await discardTemporary(await stageFile({ ...file, content: ROOM }, ids))
}
