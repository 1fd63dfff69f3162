import { readTextFileIfAny, writeFileDurably } from '@easycerts/adapters/files'
import { parseJson } from '@easycerts/shared/encoding'
import * as v from 'valibot'
import type { DataPaths } from '../config/index.ts'

const schema = v.object({ at: v.pipe(v.string(), v.isoTimestamp()), file: v.string() })

export type LastBackup = v.InferOutput<typeof schema>

/** Beside the database, not in it: a backup is made without writing to the records. */
export const writeLastBackup = (paths: DataPaths, last: LastBackup): Promise<void> =>
  writeFileDurably({
    path: paths.lastBackup,
    content: `${JSON.stringify(last)}\n`,
    mode: 0o600,
  })

/** Undefined where none was made yet; a note that cannot be read counts as none. */
export const readLastBackup = (paths: DataPaths): LastBackup | undefined => {
  const parsed = v.safeParse(schema, parseJson(readTextFileIfAny(paths.lastBackup) ?? ''))
  return parsed.success ? parsed.output : undefined
}
