import { parseJson } from '@easycerts/shared/encoding'
import { readTextFileIfAny } from '@easycerts/adapters/files'
import * as v from 'valibot'

/** State that is missing or damaged counts as none: certmgr learns it anew. */
export const readJsonIfAny = <Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined => {
  const text = readTextFileIfAny(path)
  if (text === undefined) return undefined
  const parsed = v.safeParse(schema, parseJson(text))
  return parsed.success ? parsed.output : undefined
}

/** An instant as JSON holds it. */
export const instantSchema = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
)
