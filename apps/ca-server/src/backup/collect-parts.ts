import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sha256Hex } from '@easycerts/shared/encoding'
import { reasonOf } from '@easycerts/shared/errors'
import type { DataPaths } from '../config/index.ts'
import { ENTRY, type ManifestFile } from './manifest.ts'
import type { ArchivePart } from './write-archive.ts'

export interface Contents {
  readonly paths: DataPaths
  /** The snapshot that stands for the database. */
  readonly database: string
  readonly withKeys: boolean
  /** Goes in place of the sealed one; undefined where the keys need none beside them. */
  readonly kek: string | undefined
}

/** Everything of a CA that a backup holds, with the digests for its manifest. */
export const collectParts = async (
  contents: Contents,
): Promise<{ readonly parts: ArchivePart[]; readonly files: ManifestFile[] }> => {
  const { paths, kek, withKeys } = contents
  const onDisk = [
    { name: ENTRY.config, path: paths.config },
    ...(await filesIn('profiles.d', join(paths.directory, 'profiles.d'))),
    ...(withKeys ? await filesIn('keys', paths.keys) : []),
    // Keys of clients are among them.
    ...(withKeys ? await filesIn('legacy', join(paths.directory, 'legacy')) : []),
    { name: ENTRY.database, path: contents.database },
  ].filter(({ path }) => path !== paths.sealedKek)
  const parts: ArchivePart[] = kek === undefined ? [] : [partOf(ENTRY.kek, kek)]
  for (const { name, path } of onDisk)
    parts.push({ name, size: (await stat(path)).size, content: { path } })
  const files = []
  for (const part of parts)
    files.push({ name: part.name, size: part.size, sha256: await digestOf(part) })
  return { parts, files }
}

export const partOf = (name: string, text: string): ArchivePart => {
  const content = Buffer.from(text, 'utf8')
  return { name, size: content.length, content }
}

/** Regular files; those whose name begins with a dot are what a writer has not finished. */
const filesIn = async (name: string, directory: string) => {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return []
    throw error
  })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => ({ name: `${name}/${entry.name}`, path: join(directory, entry.name) }))
}

const digestOf = async ({ content }: ArchivePart): Promise<string> => {
  if (Buffer.isBuffer(content)) return sha256Hex(content)
  const hash = createHash('sha256')
  await pipeline(createReadStream(content.path, { highWaterMark: 1 << 18 }), hash)
  return hash.digest('hex')
}
