import { join } from 'node:path'
import { removeFileDurably, writeFileDurably } from '@easycerts/adapters/files'
import * as v from 'valibot'
import { instantSchema, readJsonIfAny } from './read-json.ts'

const schema = v.object({
  /** Of the certificate that was put back. */
  serialNumber: v.string(),
  generation: v.number(),
  /** Why what lay on the disk was of no use. */
  reason: v.string(),
  at: instantSchema,
})

/** That an earlier generation stands in for what was broken; it counts as long as that lies on the disk. */
export type PutBack = v.InferOutput<typeof schema>

const pathOf = (directory: string, spec: string): string => join(directory, spec, 'put-back.json')

export const readPutBack = (directory: string, spec: string): PutBack | undefined =>
  readJsonIfAny(pathOf(directory, spec), schema)

export const writePutBack = async (
  directory: string,
  spec: string,
  putBack: PutBack,
): Promise<void> => {
  const content = `${JSON.stringify(putBack, null, 2)}\n`
  await writeFileDurably({ path: pathOf(directory, spec), content, mode: 0o600 })
}

export const removePutBack = async (directory: string, spec: string): Promise<void> => {
  await removeFileDurably(pathOf(directory, spec))
}
