import { EasycertsError } from '@easycerts/shared/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

interface KnownRoute {
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

/**
 * Tells a wrong method (405 with Allow, RFC 9110 §15.5.6) from a wrong path (404), and answers
 * OPTIONS with Allow alone: no browser of another origin has business here. Call it before routes
 * are registered.
 */
export const answerUnknownRoutes = (server: FastifyInstance): void => {
  const routes: KnownRoute[] = []
  server.addHook('onRoute', ({ url, method }) => {
    const methods = [method].flat().map(String)
    routes.push({ pattern: patternOf(url), methods })
  })
  server.setNotFoundHandler(async (request, reply) => {
    const [path = ''] = request.url.split('?')
    const methods = routes.flatMap((route) => (route.pattern.test(path) ? route.methods : []))
    if (methods.length === 0)
      throw new EasycertsError('ERR_ROUTE_UNKNOWN', 'there is no such endpoint on this listener')
    await answerOtherMethod(request, reply, [...new Set([...methods, 'OPTIONS'])])
  })
}

const answerOtherMethod = async (
  { method }: FastifyRequest,
  reply: FastifyReply,
  allowed: readonly string[],
): Promise<void> => {
  void reply.header('allow', allowed.join(', '))
  if (method !== 'OPTIONS')
    throw new EasycertsError(
      'ERR_METHOD_NOT_ALLOWED',
      `this endpoint allows ${allowed.join(', ')} and no other method`,
    )
  await reply.status(204).send()
}

/** Fastify's `:name` is one segment of a path, `*` all the rest. */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((segment) => {
        if (segment.startsWith(':')) return '[^/]+'
        return segment === '*' ? '.*' : segment.replace(/[^\w-]/g, String.raw`\$&`)
      })
      .join('/')}$`,
  )
