import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'

export type JsonSchema = Readonly<Record<string, unknown>>

// A check in code has no form in JSON Schema: the server knows more than the document says.
const OPTIONS: ConversionConfig = { errorMode: 'ignore', target: 'draft-2020-12' }

const convert = (schema: v.GenericSchema, typeMode: 'input' | 'output'): JsonSchema => {
  const converted: Record<string, unknown> = { ...toJsonSchema(schema, { ...OPTIONS, typeMode }) }
  // The document as a whole says which dialect it is in.
  delete converted['$schema']
  return converted
}

/** What a client may send. */
export const requestSchema = (schema: v.GenericSchema): JsonSchema => convert(schema, 'input')

/** What the server gives; a later version may add fields. */
export const replySchema = (schema: v.GenericSchema): JsonSchema => convert(schema, 'output')
