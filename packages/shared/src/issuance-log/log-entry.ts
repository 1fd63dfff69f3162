import * as v from 'valibot'
import { type CanonicalValue, formatCanonicalJson, parseJson } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'

const scalar = v.union([v.string(), v.pipe(v.number(), v.safeInteger())])
const recorded = v.union([
  scalar,
  v.null(),
  // A BLOB, by its content.
  v.strictObject({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
])

const changeSchema = v.strictObject({
  table: v.string(),
  key: v.record(v.string(), scalar),
  /** The recorded columns after the change; null for a row that was removed. */
  row: v.nullable(v.record(v.string(), recorded)),
})

const originSchema = v.strictObject({
  /** The listener that the request came by. */
  via: v.string(),
  /** Network address of the requester; null for a local socket. */
  address: v.nullable(v.string()),
})

const entrySchema = v.strictObject({
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  kind: v.string(),
  actor: v.string(),
  /** null for what no request asked for. */
  origin: v.nullable(originSchema),
  body: v.record(v.string(), v.unknown()),
  changes: v.array(changeSchema),
})

/** What a column holds, as the log holds it. */
export type RecordedValue = v.InferOutput<typeof recorded>

/** A row of the records after a change that the entry vouches for. */
export type RowChange = v.InferOutput<typeof changeSchema>

export type LogOrigin = v.InferOutput<typeof originSchema>

/** One entry of the issuance log. Its leaf is at index `sequence` - 1. */
export type LogEntry = v.InferOutput<typeof entrySchema>

/** The text whose UTF-8 octets are the leaf: RFC 8785 canonical JSON. */
export const formatLogEntry = (entry: LogEntry): string =>
  formatCanonicalJson(entry as unknown as CanonicalValue)

/** ERR_LOG_MALFORMED for what is no entry, or is one in another form than the canonical. */
export const parseLogEntry = (text: string): LogEntry => {
  const parsed = v.safeParse(entrySchema, parseJson(text))
  if (!parsed.success || !isCanonical(parsed.output, text))
    throw new EasycertsError('ERR_LOG_MALFORMED', 'an entry of the log is not canonical JSON')
  return parsed.output
}

/** One entry, one text: nothing that a parser drops can hide in it. */
const isCanonical = (entry: LogEntry, text: string): boolean => {
  try {
    return formatLogEntry(entry) === text
  } catch {
    return false
  }
}
