import { dirname, join } from 'node:path'
import { rmdir } from 'node:fs/promises'
import {
  ensureDirectory,
  readFileStateIfAny,
  discardTemporariesOf,
  removeFileDurably,
  writeFileDurably,
} from '@easycerts/adapters/files'
import { acquireProcessLock } from '@easycerts/adapters/process'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import * as v from 'valibot'

const takeover = v.strictObject({
  unit: v.string(),
  address: v.string(),
  port: v.number(),
  isTls: v.boolean(),
  certificate: v.string(),
})

const schema = v.strictObject({
  version: v.literal(1),
  kind: v.picklist(['easycerts', 'kubeadm']),
  /** Only one that is done stands: the others are put back by whoever comes next. */
  state: v.picklist(['begun', 'done', 'undoing']),
  at: v.string(),
  dataDirectory: v.string(),
  /** Where the data directory goes in an undo. */
  aside: v.string(),
  /** Files that were not there before. */
  files: v.array(v.string()),
  /** Directories that were not there, innermost first. */
  directories: v.array(v.string()),
  takeover: v.nullable(takeover),
  /** The old unit was running, so it runs again after an undo. */
  wasActive: v.boolean(),
  /** Ours is started at boot; not where units live in /run. */
  isEnabled: v.boolean(),
})

/** What an adoption adds to a machine, written down before it adds anything. */
export type AdoptionRecord = v.InferOutput<typeof schema>

/** Beside the data directory, which goes away in an undo. */
export const adoptionPaths = (dataDirectory: string) => {
  const directory = `${dataDirectory}.adoption`
  return {
    directory,
    record: join(directory, 'record.json'),
    /** There while the new server has the place of the old one. */
    mark: join(directory, 'taken-over'),
    lock: join(directory, 'lock'),
  }
}

/** ERR_CONFIG_INVALID for a file that is there and is none. */
export const loadAdoption = (dataDirectory: string): AdoptionRecord | undefined => {
  const path = adoptionPaths(dataDirectory).record
  const text = readFileStateIfAny(path)?.bytes.toString('utf8')
  if (text === undefined) return undefined
  const parsed = v.safeParse(schema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} is no record of an import`, {
    hint: 'move it away: what it would have put back stays as it is',
  })
}

export const saveAdoption = async (record: AdoptionRecord): Promise<void> => {
  const content = `${JSON.stringify(record, null, 1)}\n`
  const { record: path } = adoptionPaths(record.dataDirectory)
  await writeFileDurably({ path, content, mode: 0o600 })
}

export const removeAdoption = async (dataDirectory: string): Promise<void> => {
  const { record, mark } = adoptionPaths(dataDirectory)
  await removeFileDurably(record)
  await discardTemporariesOf([record, mark])
}

/** One import or undo at a time. ERR_SERVER_RUNNING names the process that is at it. */
export const withAdoptionLock = async <Value>(
  dataDirectory: string,
  clock: Clock,
  work: () => Promise<Value>,
): Promise<Value> => {
  const { directory, lock } = adoptionPaths(dataDirectory)
  await ensureDirectory(dirname(directory), 0o755)
  await ensureDirectory(directory, 0o700)
  const held = await acquireProcessLock(lock, clock)
  try {
    return await work()
  } finally {
    await held.release()
    // Where nothing is left to undo, nothing is left of us.
    await rmdir(directory).catch(() => undefined)
  }
}
