import * as v from 'valibot'

/** leaf: a certificate. key: a certificate and its key. bundle: trusted CAs. config: any other file. */
export const CHANGE_TYPES = ['leaf', 'key', 'bundle', 'config'] as const

/** Which files of one spec changed, as a command and a hook learn of it; paths as certmgr sees them. */
export const changeSchema = v.strictObject({
  type: v.picklist(CHANGE_TYPES),
  /** The file of the spec. */
  spec: v.string(),
  certificate: v.optional(v.string()),
  key: v.optional(v.string()),
  /** A bundle of CA certificates. */
  ca: v.optional(v.string()),
})

export type Change = v.InferOutput<typeof changeSchema>
