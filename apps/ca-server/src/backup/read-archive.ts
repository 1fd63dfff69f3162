import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { EasycertsError, isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import { extract } from '@easycerts/adapters/tar'
import { type BackupIdentity, decryptWith, type Octets } from './age.ts'
import { ENTRY, type Manifest, type ManifestFile, parseManifest } from './manifest.ts'

type Pieces = AsyncIterable<Buffer>

/** Takes one file of a backup; its octets are checked as they pass, and are good once all are read. */
export type TakeFile = (file: ManifestFile, pieces: Pieces) => Promise<void>

const MAX_MANIFEST_OCTETS = 1 << 20

/**
 * Reads a backup to its end: every file is as the manifest says, and none is missing or too many.
 * Nothing of it may be believed before this resolves. ERR_BACKUP_IDENTITY_WRONG,
 * ERR_BACKUP_DAMAGED, ERR_FILE_UNREADABLE.
 */
export const readArchive = async (
  path: string,
  identities: readonly BackupIdentity[],
  take: TakeFile,
): Promise<Manifest> => {
  const reading = new ArchiveReading(take)
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const ciphertext = file.createReadStream({ highWaterMark: READ_OCTETS, autoClose: false })
    const plaintext = Readable.fromWeb(
      await decryptWith(identities, Readable.toWeb(ciphertext) as Octets),
    )
    const entries = extract()
    const flow = pipeline(plaintext, entries)
    // Where it fails, so does the loop, which says why.
    flow.catch(() => undefined)
    for await (const entry of entries) {
      const { name, size } = entry.header
      await reading.entry({ name, size }, entry as unknown as Pieces)
    }
    await flow
    return reading.end()
  } catch (error) {
    throw failureOf(path, error)
  } finally {
    await file?.close()
  }
}

const READ_OCTETS = 1 << 18

/** The entries of a backup as they come, held against its manifest. */
class ArchiveReading {
  readonly #take: TakeFile
  #manifest: Manifest | undefined
  #next = 0

  constructor(take: TakeFile) {
    this.#take = take
  }

  async entry(header: { readonly name: string; readonly size: number }, content: Pieces) {
    if (!this.#manifest) {
      if (header.name !== ENTRY.manifest) throw damaged('it does not begin with its manifest')
      this.#manifest = parseManifest(await textOf(content))
      return
    }
    const expected = this.#manifest.files[this.#next++]
    if (!expected || header.name !== expected.name || header.size !== expected.size)
      throw damaged('its files are not those of its manifest')
    await this.#take(expected, checked(expected, content))
  }

  end(): Manifest {
    if (!this.#manifest || this.#next !== this.#manifest.files.length)
      throw damaged('files are missing from it')
    return this.#manifest
  }
}

const textOf = async (pieces: Pieces): Promise<string> => {
  const all: Buffer[] = []
  let size = 0
  for await (const piece of pieces) {
    size += piece.length
    if (size > MAX_MANIFEST_OCTETS) throw damaged('its manifest is too large')
    all.push(piece)
  }
  return Buffer.concat(all).toString('utf8')
}

async function* checked({ name, sha256 }: ManifestFile, pieces: Pieces): Pieces {
  const hash = createHash('sha256')
  for await (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') !== sha256) throw damaged(`${name} is not as its manifest says`)
}

const damaged = (what: string): EasycertsError =>
  new EasycertsError('ERR_BACKUP_DAMAGED', `the backup is damaged: ${what}`)

/** What a stream of a damaged file fails with is the words of a library; the disk's own are kept. */
const failureOf = (path: string, error: unknown): unknown => {
  if (isEasycertsError(error)) return error
  const { syscall } = error as NodeJS.ErrnoException
  return syscall === undefined
    ? new EasycertsError('ERR_BACKUP_DAMAGED', 'the backup is damaged or was cut off', {
        cause: error,
      })
    : new EasycertsError('ERR_FILE_UNREADABLE', `cannot read ${path}: ${reasonOf(error)}`, {
        cause: error,
      })
}
