import * as v from 'valibot'
import { EasycertsError } from '../errors/index.ts'

/** Rows of one page at most; a client asks again for more. */
export const MAX_PAGE_ROWS = 1000

const MAX_CURSOR_CHARACTERS = 1024

/** Where a listing goes on: the sort keys of the last row that was looked at. */
export type CursorKeys = readonly (string | number)[]

/** Entries of a query schema: `limit` from 1 to 1000, and `after`, the cursor of the page before. */
export const pageQuery = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,3}$/, 'a number from 1 to 1000'),
      v.check((text) => Number(text) <= MAX_PAGE_ROWS, 'a number from 1 to 1000'),
    ),
    String(MAX_PAGE_ROWS),
  ),
  after: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(MAX_CURSOR_CHARACTERS))),
} as const

/**
 * Entry of a reply schema. A page may be short or even empty while there is more to look at: only
 * `next: null` says that the listing has ended.
 */
export const pageReply = { next: v.nullable(v.string()) } as const

/** A cursor is opaque to clients and holds nothing that they may not see. */
export const formatCursor = (keys: CursorKeys): string => Buffer.from(JSON.stringify(keys)).toString('base64url')

const cursorSchema = v.pipe(v.array(v.union([v.pipe(v.string(), v.maxLength(512)), v.pipe(v.number(), v.safeInteger())])), v.maxLength(4))

/**
 * The keys of a cursor, which must be of the given kinds. ERR_BODY_INVALID for one that another
 * listing gave out or nobody did.
 */
export const parseCursor = (text: string, kinds: readonly ('string' | 'number')[]): CursorKeys => {
  const parsed = v.safeParse(cursorSchema, jsonOf(text))
  const fits = parsed.success && parsed.output.length === kinds.length && parsed.output.every((key, index) => typeof key === kinds[index])
  if (!fits) throw new EasycertsError('ERR_BODY_INVALID', 'query field "after" is no cursor of this list')
  return parsed.output
}

/** `next` of a page that its table gives in order, complete up to the limit. */
export const nextOfFullPage = <Row>(rows: readonly Row[], limit: number, keysOf: (row: Row) => CursorKeys): string | null => {
  const last = rows.at(-1)
  return last === undefined || rows.length < limit ? null : formatCursor(keysOf(last))
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
