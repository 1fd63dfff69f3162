import {
  type Route,
  ROUTES,
  type RouteBody,
  type RouteKept,
  type RouteName,
  type RouteQuery,
  type RouteReply,
  type Routes,
} from '@easycerts/shared/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as v from 'valibot'
import type { KeepAnswer } from '../authority/index.ts'
import { runOnce } from './idempotency.ts'
import { parseRequest } from './parse-request.ts'

export interface Call<Name extends RouteName> {
  readonly body: RouteBody<Name>
  readonly query: RouteQuery<Name>
  readonly params: Readonly<Record<string, string>>
  readonly request: FastifyRequest
  /**
   * Makes the answer durable together with what it speaks of, for a client that asks again with the
   * same idempotency key. A handler that does not call it has its answer kept in a transaction after.
   */
  readonly keepAnswer: KeepAnswer<RouteKept<Name>>
}

/** Adds to what is kept, or was, what is made anew for each asking. */
export type Complete<Name extends RouteName> = (
  kept: RouteKept<Name>,
  request: FastifyRequest,
) => Promise<RouteReply<Name>>

/**
 * Registers a route of the contract: its method, path and schemas come from `ROUTES`. What the
 * handler gives is cut to the reply's schema, so no field leaves that the contract does not name.
 */
export const registerRoute = <Name extends RouteName>(
  server: FastifyInstance,
  name: Name,
  handler: (call: Call<Name>) => Promise<RouteKept<Name>>,
  ...[complete]: Routes[Name] extends { readonly kept: v.GenericSchema } ? [Complete<Name>] : []
): void => {
  const route: Route = ROUTES[name]
  const cut = (kept: RouteKept<Name>) => v.parse(route.kept ?? route.reply, kept) as RouteKept<Name>
  server.route({
    method: route.method,
    url: route.path,
    ...(route.maxBodyOctets === undefined ? {} : { bodyLimit: route.maxBodyOctets }),
    handler: async (request) => {
      const parsed = parseRequest(route, request)
      const answer = runOnce<RouteKept<Name>>(server, name, request, async (keep) => {
        const keepAnswer: KeepAnswer<RouteKept<Name>> = (writing, reply) =>
          keep(writing, cut(reply))
        return cut(await handler({ ...parsed, request, keepAnswer } as Call<Name>))
      })
      const reply = complete
        ? answer.then(async (kept) => v.parse(route.reply, await complete(kept, request)))
        : answer
      return finishLater(server, reply)
    },
  })
}

const working = new WeakMap<FastifyInstance, Set<Promise<unknown>>>()

/** Work of a server that its close waits for: see `finishWork`. */
export const finishLater = async <Result>(
  server: FastifyInstance,
  work: Promise<Result>,
): Promise<Result> => {
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
