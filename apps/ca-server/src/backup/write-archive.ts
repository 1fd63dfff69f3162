import { createReadStream, createWriteStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from '@easycerts/adapters/tar'
import { encryptTo, type Octets, type Recipient } from './age.ts'

/** One entry: a file on the disk, or octets that never were one. */
export interface ArchivePart {
  readonly name: string
  readonly size: number
  readonly content: Buffer | { readonly path: string }
}

/**
 * A tar of these parts, in order, encrypted to the recipients, in a new file of mode 0600 that is
 * flushed before this resolves. Plaintext goes through memory only, a piece at a time.
 */
export const writeArchive = async (
  path: string,
  parts: readonly ArchivePart[],
  recipients: readonly Recipient[],
): Promise<void> => {
  const tar = pack()
  // It falls with whatever falls around it; the reason is told below.
  tar.on('error', () => undefined)
  const plaintext = new PassThrough()
  const encrypted = Readable.fromWeb(
    await encryptTo(recipients, Readable.toWeb(plaintext) as Octets),
  )
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
  const filling = fill(tar, parts).catch((error: unknown) => {
    plaintext.destroy(error as Error)
    throw error
  })
  tar.pipe(plaintext)
  // The first failure is the reason; the other half only hears of it.
  await Promise.all([filling, pipeline(encrypted, file)])
}

const fill = async (tar: Pack, parts: readonly ArchivePart[]): Promise<void> => {
  for (const part of parts) await addEntry(tar, part)
  tar.finalize()
}

const addEntry = (tar: Pack, { name, size, content }: ArchivePart): Promise<void> =>
  new Promise((resolve, reject) => {
    const source = Buffer.isBuffer(content)
      ? Readable.from([content])
      : createReadStream(content.path, { highWaterMark: READ_OCTETS })
    const entry = tar.entry({ name, size, mode: 0o600 }, (error) => {
      if (error) reject(error)
      else resolve()
    })
    source.once('error', reject)
    entry.once('error', reject)
    // A file that grew since it was measured would run over into the next entry.
    source.pipe(entry)
  })

const READ_OCTETS = 1 << 18
