import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import * as v from 'valibot'
import {
  ensureDirectory,
  readFileStateIfAny,
  removeFileDurably,
  writeFileDurably,
} from '../files/index.ts'
import { stateDirectoryOf, type TargetMachine } from './target-machine.ts'

const fileBefore = v.strictObject({
  /** Base64, for it may be no text. */
  content: v.string(),
  mode: v.number(),
  uid: v.number(),
  gid: v.number(),
})

const recordSchema = v.strictObject({
  version: v.literal(1),
  /** Only a finished installation is one: all others are put back by whoever comes next. */
  state: v.picklist(['begun', 'finished', 'undoing']),
  node: v.string(),
  at: v.string(),
  files: v.array(
    v.strictObject({
      path: v.string(),
      /** SHA-256 of what was written, hex; null where the file was removed. */
      written: v.nullable(v.string()),
      /** null where there was none. */
      before: v.nullable(fileBefore),
    }),
  ),
  /** Those that the stack enables. */
  units: v.array(v.string()),
  /** Links of these units, and of those that went, as they were. */
  links: v.array(v.strictObject({ path: v.string(), target: v.string() })),
  /** Directories of such links that were there. */
  linkDirectories: v.array(v.string()),
  /** Directories that were not there, innermost first. */
  directories: v.array(v.string()),
  /** Those that were, and may get another owner or mode. */
  standingDirectories: v.array(
    v.strictObject({ path: v.string(), mode: v.number(), uid: v.number(), gid: v.number() }),
  ),
})

/** What one installation changed, with all that brings it back. */
export type InstallationRecord = v.InferOutput<typeof recordSchema>
export type RecordedFile = InstallationRecord['files'][number]

export interface NumberedRecord extends InstallationRecord {
  /** Counts the installations that can still be undone, from 1. */
  readonly number: number
}

/** It holds every file that it replaced. */
const LIMIT_OCTETS = 268_435_456
const NAME = /^(\d{4})\.json$/

const pathOf = (machine: TargetMachine, number: number): string =>
  join(stateDirectoryOf(machine), `${String(number).padStart(4, '0')}.json`)

/** Oldest first. ERR_CONFIG_INVALID for a file that is there and is none. */
export const loadRecords = (machine: TargetMachine): NumberedRecord[] =>
  namesIn(stateDirectoryOf(machine))
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .toSorted()
    .map((digits) => load(machine, Number(digits)))

const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return []
    throw new EasycertsError('ERR_FILE_UNREADABLE', `cannot read ${directory}`, { cause: error })
  }
}

const load = (machine: TargetMachine, number: number): NumberedRecord => {
  const path = pathOf(machine, number)
  const text = readFileStateIfAny(path, LIMIT_OCTETS)?.bytes.toString('utf8') ?? ''
  const parsed = v.safeParse(recordSchema, parseJson(text))
  if (parsed.success) return { ...parsed.output, number }
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} is no record of an installation`, {
    hint: 'move it away: what it would have put back stays as it is',
  })
}

export const saveRecord = async (
  machine: TargetMachine,
  { number, ...record }: NumberedRecord,
): Promise<void> => {
  await ensureDirectory(stateDirectoryOf(machine), 0o700)
  const content = `${JSON.stringify(record, null, 1)}\n`
  await writeFileDurably({ path: pathOf(machine, number), content, mode: 0o600 })
}

export const removeRecord = async (machine: TargetMachine, number: number): Promise<void> => {
  await removeFileDurably(pathOf(machine, number))
}
