import type { Route } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { FastifyRequest } from 'fastify'
import * as v from 'valibot'

const NOTHING = v.strictObject({})
/** Names, serial numbers and identifiers; whatever needs more is not a part of a path. */
const pathParts = v.record(v.string(), v.pipe(v.string(), v.regex(/^[\w.:-]{1,253}$/)))

export interface ParsedRequest {
  readonly body: unknown
  readonly query: unknown
  readonly params: Readonly<Record<string, string>>
}

/**
 * A request by the schemas of its route, without coercion. ERR_BODY_INVALID for what the route does
 * not name: unknown fields, a field of the query given twice, a body where none belongs.
 */
export const parseRequest = (route: Route, request: FastifyRequest): ParsedRequest => {
  if (!route.body && hasBody(request))
    throw new EasycertsError('ERR_BODY_INVALID', 'body: this endpoint takes none')
  return {
    body: route.body ? parse(route.body, request.body, 'body') : undefined,
    query: parse(route.query ?? NOTHING, request.query, 'query'),
    params: parse(pathParts, request.params, 'path') as Readonly<Record<string, string>>,
  }
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0

// The name of a field is the client's own too; a secret is longer, or no such word.
const FIELD = /^[A-Za-z][\w.-]{0,39}$/

const parse = (schema: v.GenericSchema, value: unknown, part: string): unknown => {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const path = (issue.path ?? []).map(({ key }) => String(key)).join('.')
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never'
  // The value itself is not repeated: it may be a secret sent to the wrong place.
  const problem = isUnknown ? 'unknown field' : `expected ${issue.expected ?? 'another value'}`
  throw new EasycertsError(
    'ERR_BODY_INVALID',
    `${part}${FIELD.test(path) ? ` field "${path}"` : ''}: ${problem}`,
  )
}
