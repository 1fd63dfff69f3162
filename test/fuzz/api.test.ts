import type { FastifyRequest } from 'fastify'
import { parseReply, type Route, type RouteName, ROUTES } from '@easycerts/shared/api'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseRequest } from '../../apps/ca-server/src/http/parse-request.ts'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'
import { sampleOfSchema } from '../support/fuzz/sample-of-schema.ts'

interface Message {
  readonly route: RouteName
  readonly query: unknown
  readonly body: unknown
}

const messageOf = (input: Buffer): Message => {
  const message = parseJson(input.toString('utf8')) as Partial<Message> | null | undefined
  const route = message?.route
  if (typeof route !== 'string' || !Object.hasOwn(ROUTES, route))
    throw new EasycertsError('ERR_ROUTE_UNKNOWN', 'there is no such route')
  return { route, query: message?.query, body: message?.body }
}

const seedsOf = (part: 'body' | 'reply'): Buffer[] =>
  Object.entries(ROUTES as Record<string, Route>).map(([route, { query, ...schemas }], seed) => {
    const schema = schemas[part]
    const sample = {
      route,
      query: query ? sampleOfSchema(query, seed) : {},
      body: schema && sampleOfSchema(schema, seed),
    }
    return Buffer.from(JSON.stringify(sample))
  })

describeFuzz(
  {
    parser: 'api-request',
    mutate: mutateJson,
    seeds: () => seedsOf('body'),
    parse: (input) => {
      const { route, query, body } = messageOf(input)
      const headers = body === undefined ? {} : { 'content-length': '2' }
      return parseRequest(ROUTES[route], { headers, query, body, params: {} } as FastifyRequest)
    },
  },
  ['value', 'ERR_ROUTE_UNKNOWN', 'ERR_BODY_INVALID body', 'ERR_BODY_INVALID query'],
)

describeFuzz(
  {
    parser: 'api-reply',
    mutate: mutateJson,
    seeds: () => seedsOf('reply'),
    parse: (input) => {
      const { route, body } = messageOf(input)
      return parseReply(route, body)
    },
  },
  ['value', 'ERR_ROUTE_UNKNOWN', 'ERR_CA_REPLY_INVALID'],
)
