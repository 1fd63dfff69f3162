import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { bareContent } from './bare-content.ts'
import type { FileContent } from './file-spec.ts'
import { readOpened, unreadable } from './read-file.ts'
import { isTemporaryPathFor } from './temporary-name.ts'

/** One file of a committed set: a complete file `temp` that has to become `path`. */
export interface JournalEntry {
  readonly temp: string
  readonly path: string
  /** Hex digest of the content, so that a rename that has happened is told from one that is lost. */
  readonly sha256: string
}

const SUFFIX = '.json'
const SET_NAME = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/
const FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK

/** ERR_NAME_INVALID for a name that would leave the directory. */
export const journalPathOf = (directory: string, set: string): string => {
  if (!SET_NAME.test(set))
    throw new EasycertsError('ERR_NAME_INVALID', `"${set}" cannot name a set of files`, {
      hint: 'use letters, digits, dots and hyphens',
    })
  return join(directory, set + SUFFIX)
}

/** The set that a file of the journal directory belongs to, if it is a journal at all. */
export const setOfJournal = (name: string): string | undefined => {
  const set = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : ''
  return SET_NAME.test(set) ? set : undefined
}

export const formatJournal = (entries: readonly JournalEntry[]): string =>
  `${JSON.stringify(entries, null, 2)}\n`

/** `undefined` when there is none; 'malformed' when nothing in it may be believed. */
export const readJournal = (path: string): readonly JournalEntry[] | 'malformed' | undefined => {
  try {
    const { bytes } = readOpened(path, { flags: FLAGS })
    const entries: unknown = JSON.parse(bytes.toString('utf8'))
    return Array.isArray(entries) && entries.every(isEntry) ? entries : 'malformed'
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined
    if (error instanceof SyntaxError) return 'malformed'
    throw unreadable(path, error)
  }
}

const isEntry = (value: unknown): value is JournalEntry => {
  if (typeof value !== 'object' || value === null) return false
  const { temp, path, sha256 } = value as Record<string, unknown>
  return (
    typeof temp === 'string' &&
    typeof path === 'string' &&
    typeof sha256 === 'string' &&
    isAbsolute(path) &&
    isTemporaryPathFor(path, temp)
  )
}

/** SHA-256, hex. */
export const digestOf = (content: FileContent): string =>
  createHash('sha256').update(bareContent(content)).digest('hex')

/** Digest of the regular file at `path`, never through a link; `undefined` when there is none. */
export const digestOfFile = (path: string): string | undefined => {
  try {
    const { bytes, stats } = readOpened(path, { flags: FLAGS })
    return stats.isFile() ? digestOf(bytes) : undefined
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'EISDIR'].includes(reasonOf(error))) return undefined
    throw unreadable(path, error)
  }
}
