import { dirname } from 'node:path'
import {
  ensureDirectory,
  readTextFileIfAny,
  removeFileDurably,
  writeFileDurably,
} from '@easycerts/adapters/files'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import { existsOn, type Machine, pathOn } from '../machine/index.ts'

const JOURNAL = '/var/lib/easycerts/reset.json'

const removalSchema = v.strictObject({
  version: v.literal(1),
  node: v.string(),
  /** With the SHA-256 that each had when it was decided, hex: another content is another's. */
  files: v.array(v.strictObject({ path: v.string(), sha256: v.string() })),
  /** Files that become what they were before the join, or before an installation of units. */
  restored: v.optional(
    v.array(
      v.strictObject({
        path: v.string(),
        /** Of what is there now, null for nothing. */
        sha256: v.nullable(v.string()),
        /** Base64. */
        content: v.string(),
        mode: v.number(),
        uid: v.number(),
        gid: v.number(),
      }),
    ),
    [],
  ),
  /** Directories that go with whatever is in them. */
  trees: v.array(v.string()),
  /** Directories that go if they are empty by then; innermost first. */
  directories: v.array(v.string()),
  kept: v.array(v.strictObject({ path: v.string(), reason: v.string() })),
  units: v.array(v.string()),
  /** Those of before the join, which run again at the end. */
  revived: v.optional(
    v.strictObject({ unit: v.string(), isEnabled: v.boolean(), isActive: v.boolean() }),
  ),
})

/** All that a reset removes and leaves; once it is durable, only its end is missing. */
export type Removal = v.InferOutput<typeof removalSchema>

export const isResetUnfinished = (machine: Machine): boolean => existsOn(machine, JOURNAL)

/** ERR_RESET_UNFINISHED: what join writes now, the rest of that reset might remove. */
export const refuseUnfinishedReset = (machine: Machine): void => {
  if (isResetUnfinished(machine))
    throw new EasycertsError('ERR_RESET_UNFINISHED', 'a reset of this machine was cut short')
}

/** ERR_CONFIG_INVALID for a file that is there and is none. */
export const loadRemoval = (machine: Machine): Removal | undefined => {
  const path = pathOn(machine, JOURNAL)
  const text = readTextFileIfAny(path)
  if (text === undefined) return undefined
  const parsed = v.safeParse(removalSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} is no record of a reset`, {
    hint: 'remove it and run "node-join reset" again',
  })
}

/** The point of no return. */
export const saveRemoval = async (machine: Machine, removal: Removal): Promise<void> => {
  const path = pathOn(machine, JOURNAL)
  await ensureDirectory(dirname(path), 0o755)
  const content = `${JSON.stringify(removal, null, 2)}\n`
  await writeFileDurably({ path, content, mode: 0o600 })
}

export const endRemoval = async (machine: Machine): Promise<void> => {
  await removeFileDurably(pathOn(machine, JOURNAL))
}
