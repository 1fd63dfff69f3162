import { dirname } from 'node:path'
import { ensureDirectory, removeFileDurably, writeFileDurably } from '@easycerts/adapters/files'
import * as v from 'valibot'
import { readJsonIfAny } from './read-json.ts'

const schema = v.object({ unitsName: v.nullable(v.string()) })

/** The address that the units of this node name while its first one is another; a join removes the mark. */
export const readRejoinMark = (path: string): v.InferOutput<typeof schema> | undefined =>
  readJsonIfAny(path, schema)

export const writeRejoinMark = async (path: string, unitsName: string | null): Promise<void> => {
  await ensureDirectory(dirname(path), 0o700)
  await writeFileDurably({ path, content: `${JSON.stringify({ unitsName })}\n`, mode: 0o600 })
}

export const removeRejoinMark = async (path: string): Promise<void> => {
  await removeFileDurably(path)
}
