import { STATUS_CODES } from 'node:http'
import {
  ERROR_CODES,
  type ErrorCode,
  PROBLEM_MEDIA_TYPE,
  problemSchema,
} from '@easycerts/shared/errors'
import { type JsonSchema, replySchema } from './json-schema.ts'

const CODES = Object.keys(ERROR_CODES) as ErrorCode[]
const STATUSES = [...new Set(CODES.map((code) => ERROR_CODES[code].status))].toSorted(
  (a, b) => a - b,
)

/** Any operation may be refused with any of these: a code says more than its status. */
export const PROBLEM_REFERENCES: JsonSchema = Object.fromEntries(
  STATUSES.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]),
)

export const PROBLEM_SCHEMA: JsonSchema = replySchema(problemSchema)

/** One response for each status that the catalogue of errors knows, with its codes. */
export const problemResponses = (): JsonSchema =>
  Object.fromEntries(STATUSES.map((status) => [`Problem${status}`, responseOf(status)]))

const responseOf = (status: number): JsonSchema => {
  const codes = CODES.filter((code) => ERROR_CODES[code].status === status)
  const list = codes.map((code) => `- \`${code}\`: ${ERROR_CODES[code].title}`)
  const mayRetry = codes.some((code) => ERROR_CODES[code].retry)
  return {
    description: [`${STATUS_CODES[status] ?? 'Refused'}.`, '', ...list].join('\n'),
    ...(mayRetry ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: codes } } },
          ],
        },
      },
    },
  }
}

const RETRY_AFTER = {
  description: 'Seconds to wait before the next attempt, where the server knows.',
  schema: { type: 'integer', minimum: 1 },
} as const
