import { lstatSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  ensureDirectory,
  type FileContent,
  readTextFileIfAny,
  writeFileDurably,
} from '@easycerts/adapters/files'
import { LAYOUT_NAMES } from '@easycerts/shared/cluster'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import { type Machine, pathOn } from '../machine/index.ts'
import { loadManifest } from '../manifest/index.ts'
import type { PlannedFile } from '../plan/planned-file.ts'

export const ADOPTION_PATH = '/var/lib/easycerts/adoption.json'

const recordSchema = v.strictObject({
  version: v.literal(1),
  layout: v.picklist(LAYOUT_NAMES),
  config: v.string(),
  certificates: v.array(v.strictObject({ profile: v.string(), keyOwner: v.string() })),
  /** The old daemon, before the join. */
  daemon: v.strictObject({ isEnabled: v.boolean(), isActive: v.boolean() }),
  /** Files that the join has replaced: content in Base64. */
  before: v.array(
    v.strictObject({
      path: v.string(),
      content: v.string(),
      mode: v.number(),
      uid: v.number(),
      gid: v.number(),
    }),
  ),
})

/** What a join took over, and what a reset gives back. */
export type AdoptionRecord = v.InferOutput<typeof recordSchema>

/** ERR_CONFIG_INVALID for a file that is there and is none. */
export const loadAdoptionRecord = (machine: Machine): AdoptionRecord | undefined => {
  const path = pathOn(machine, ADOPTION_PATH)
  const text = readTextFileIfAny(path)
  if (text === undefined) return undefined
  const parsed = v.safeParse(recordSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} is no record of an adoption`)
}

/** Durable before anything is replaced. Old keys may be among the contents: for root alone. */
export const saveAdoptionRecord = async (
  machine: Machine,
  record: AdoptionRecord,
): Promise<void> => {
  const path = pathOn(machine, ADOPTION_PATH)
  await ensureDirectory(dirname(path), 0o755)
  await writeFileDurably({ path, content: `${JSON.stringify(record, null, 2)}\n`, mode: 0o600 })
}

/** Keeps what stands where these files will, as far as it was here before the first join. */
export const keepReplaced = async (
  machine: Machine,
  files: readonly PlannedFile<FileContent>[],
): Promise<void> => {
  const record = loadAdoptionRecord(machine)
  if (!record) return
  const ours = loadManifest(machine)?.files ?? {}
  const known = new Set([...record.before.map(({ path }) => path), ...Object.keys(ours)])
  const replaced = files.flatMap(({ path }) => {
    const real = pathOn(machine, path)
    const stats = lstatSync(real, { throwIfNoEntry: false })
    if (known.has(path) || stats?.isFile() !== true) return []
    const { mode, uid, gid } = stats
    return [{ path, content: readFileSync(real).toString('base64'), mode: mode & 0o7777, uid, gid }]
  })
  if (replaced.length === 0) return
  await saveAdoptionRecord(machine, { ...record, before: [...record.before, ...replaced] })
}
