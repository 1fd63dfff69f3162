import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { EasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'

const LIMIT = 1_048_576
const CHUNK = 65_536

export interface OpenedFile {
  readonly bytes: Buffer
  /** Of the very file that was read, whatever the path names by now. */
  readonly stats: Stats
}

/** A file of at most 1 MiB as UTF-8, through links, pipes and /proc. ERR_FILE_UNREADABLE. */
export const readTextFile = (path: string): string => {
  try {
    return readOpened(path, { limit: LIMIT }).bytes.toString('utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** Like `readTextFile`; `undefined` only when nothing is there, never when it cannot be read. */
export const readTextFileIfAny = (path: string): string | undefined => {
  try {
    return readOpened(path, { limit: LIMIT }).bytes.toString('utf8')
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined
    throw unreadable(path, error)
  }
}

interface Reading {
  /** Bytes; a longer file is refused. */
  readonly limit?: number
  /** Added to O_RDONLY. */
  readonly flags?: number
  /** Throws to refuse the opened file before anything is read from it. */
  readonly accept?: (stats: Stats) => void
}

/** The checks and the reading are of one descriptor, so nothing can be swapped between them. */
export const readOpened = (path: string, reading: Reading = {}): OpenedFile => {
  const descriptor = openSync(path, constants.O_RDONLY | (reading.flags ?? 0))
  try {
    const stats = fstatSync(descriptor)
    reading.accept?.(stats)
    return { bytes: readAll(descriptor, path, reading.limit ?? Number.POSITIVE_INFINITY), stats }
  } finally {
    closeSync(descriptor)
  }
}

const readAll = (descriptor: number, path: string, limit: number): Buffer => {
  const chunks: Buffer[] = []
  for (let total = 0; total <= limit;) {
    const chunk = Buffer.alloc(CHUNK)
    const length = readSync(descriptor, chunk)
    if (length === 0) return joined(chunks)
    chunks.push(chunk.subarray(0, length))
    total += length
  }
  throw new EasycertsError('ERR_FILE_UNREADABLE', `cannot read ${path}: larger than ${limit} bytes`)
}

/** Nothing is left of a secret but the one copy that the caller has. */
const joined = (chunks: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat(chunks)
  for (const chunk of chunks) chunk.fill(0)
  return bytes
}

export const unreadable = (path: string, error: unknown): EasycertsError =>
  wrapError('ERR_FILE_UNREADABLE', `cannot read ${path}`, error)
