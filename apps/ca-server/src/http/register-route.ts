import {
  ROUTES,
  type RouteBody,
  type RouteName,
  type RouteQuery,
  type RouteReply,
} from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as v from 'valibot'

export interface Call<Name extends RouteName> {
  readonly body: RouteBody<Name>
  readonly query: RouteQuery<Name>
  readonly params: Readonly<Record<string, string>>
  readonly request: FastifyRequest
}

/**
 * Registers a route of the contract: its method, path and schemas come from `ROUTES`. What the
 * handler gives is cut to the reply's schema, so no field leaves that the contract does not name.
 */
export const registerRoute = <Name extends RouteName>(
  server: FastifyInstance,
  name: Name,
  handler: (call: Call<Name>) => Promise<RouteReply<Name>>,
): void => {
  const route: {
    method: 'GET' | 'POST'
    path: string
    query?: v.GenericSchema
    body?: v.GenericSchema
    reply: v.GenericSchema
  } = ROUTES[name]
  server.route({
    method: route.method,
    url: route.path,
    handler: async (request) => {
      const call = {
        body: parse(route.body, request.body, 'body'),
        query: parse(route.query, request.query, 'query'),
        params: request.params,
        request,
      }
      return v.parse(route.reply, await keep(server, handler(call as Call<Name>)))
    },
  })
}

const working = new WeakMap<FastifyInstance, Set<Promise<unknown>>>()

const keep = async <Result>(server: FastifyInstance, work: Promise<Result>): Promise<Result> => {
  const all = working.get(server) ?? new Set()
  working.set(server, all.add(work))
  try {
    return await work
  } finally {
    all.delete(work)
  }
}

/** What was begun is finished even if nobody waits for its answer: only a crash may leave an intent behind. */
export const finishWork = async (server: FastifyInstance): Promise<void> => {
  await Promise.allSettled([...(working.get(server) ?? [])])
}

const parse = (schema: v.GenericSchema | undefined, value: unknown, part: string): unknown => {
  if (!schema) return undefined
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const path = (issue.path ?? []).map(({ key }) => String(key)).join('.')
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never'
  // The value itself is not repeated: it may be a secret sent to the wrong place.
  const problem = isUnknown ? 'unknown field' : `expected ${issue.expected ?? 'another value'}`
  throw new EasycertsError(
    'ERR_BODY_INVALID',
    `${part}${path === '' ? '' : ` field "${path.slice(0, 60)}"`}: ${problem}`,
  )
}
