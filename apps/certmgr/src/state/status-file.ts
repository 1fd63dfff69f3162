import { dirname } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import * as v from 'valibot'
import { instantSchema, readJsonIfAny } from './read-json.ts'

const attemptsSchema = v.object({
  failures: v.number(),
  nextAttemptAt: instantSchema,
  lastFailure: v.object({
    code: v.string(),
    message: v.string(),
    hint: v.string(),
    at: instantSchema,
  }),
})

/** A restart that waits for leave. */
const waitsSchema = v.object({
  component: v.string(),
  reason: v.string(),
  nodes: v.array(v.string()),
  until: instantSchema,
})

const statusSchema = v.object({
  version: v.literal(1),
  pid: v.number(),
  startedAt: instantSchema,
  /** When this was written. */
  at: instantSchema,
  nextPassAt: instantSchema,
  ca: v.object({
    state: v.picklist(['unknown', 'reachable', 'away', 'distrusted']),
    since: v.optional(instantSchema),
  }),
  /** What fails: names of specs, 'ca', 'identity'. */
  attempts: v.record(v.string(), attemptsSchema),
  actions: v.array(
    v.object({
      action: v.string(),
      attempts: v.optional(attemptsSchema),
      waits: v.optional(waitsSchema),
    }),
  ),
  faults: v.array(v.string()),
})

/** What the daemon knows and a look at the disk does not tell. */
export type Status = v.InferOutput<typeof statusSchema>

export const writeStatus = async (path: string, status: Status): Promise<void> => {
  await ensureDirectory(dirname(path), 0o700)
  await writeFileDurably({ path, content: `${JSON.stringify(status, null, 2)}\n`, mode: 0o644 })
}

export const readStatus = (path: string): Status | undefined => readJsonIfAny(path, statusSchema)
