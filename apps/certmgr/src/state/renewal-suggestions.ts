import { dirname } from 'node:path'
import { ensureDirectory, writeFileDurably } from '@easycerts/adapters/files'
import type { RenewalWindow } from '@easycerts/shared/renewal'
import * as v from 'valibot'
import { instantSchema, readJsonIfAny } from './read-json.ts'

/** By id of the certificate (RFC 9773): when the CA wants it renewed, as it last told. */
export type RenewalSuggestions = Readonly<Record<string, RenewalWindow>>

const schema = v.record(
  v.string(),
  v.object({ start: instantSchema, end: instantSchema, namesChanged: v.optional(v.boolean()) }),
)

export const readRenewalSuggestions = (path: string): RenewalSuggestions =>
  readJsonIfAny(path, schema) ?? {}

export const writeRenewalSuggestions = async (
  path: string,
  suggestions: RenewalSuggestions,
): Promise<void> => {
  await ensureDirectory(dirname(path), 0o700)
  await writeFileDurably({
    path,
    content: `${JSON.stringify(suggestions, null, 2)}\n`,
    mode: 0o600,
  })
}
