import * as v from 'valibot'
import { EasycertsError, isEasycertsError } from './easycerts-error.ts'
import { ERROR_CODES, isErrorCode } from './error-code.ts'

/** A failure on the wire, as RFC 9457 `application/problem+json`. */
export const problemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.string(),
  detail: v.string(),
  hint: v.string(),
  instance: v.optional(v.string()),
})

export type Problem = v.InferOutput<typeof problemSchema>

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** What a stranger may know of a failure. One that is not ours is a bug and shows nothing. */
export const problemOf = (error: unknown, instance?: string): Problem => {
  const known = isEasycertsError(error)
    ? error
    : new EasycertsError('ERR_INTERNAL', 'internal error; see the log of the server')
  return {
    type: `urn:easycerts:error:${known.code.slice('ERR_'.length).toLowerCase().replaceAll('_', '-')}`,
    title: ERROR_CODES[known.code].title,
    status: known.status,
    code: known.code,
    detail: known.message,
    hint: known.hint,
    ...(instance === undefined ? {} : { instance }),
  }
}

/**
 * The failure that a server told us, with its code, so that the exit code and the hint are the
 * server's. `retryAfter` in milliseconds, where the server said it.
 */
export const errorOfProblem = (body: unknown, retryAfter?: number): EasycertsError => {
  const parsed = v.safeParse(problemSchema, body)
  if (!parsed.success || !isErrorCode(parsed.output.code))
    return new EasycertsError('ERR_CA_REPLY_INVALID', 'the CA refused without a reason we know')
  const { code, detail, hint } = parsed.output
  return new EasycertsError(code, printable(detail), {
    hint: printable(hint),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
}

const MAX_TEXT = 1000

/** A text of a server for a terminal: one line, bounded, without control characters. */
const printable = (text: string): string => text.slice(0, MAX_TEXT).replace(/\p{C}/gu, '?')
