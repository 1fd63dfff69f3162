import { type Route, ROUTES } from '@easycerts/shared/api'
import { refusal } from '@easycerts/shared/issuance'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authority } from '../authority/index.ts'
import { setOperator } from './operator-caller.ts'
import { isShownByOperator, operatorRequesterOf } from './requester.ts'

const ROUTES_BY_PLACE: ReadonlyMap<string, Route> = new Map(
  Object.values(ROUTES)
    .filter(({ listener }) => listener === 'operator')
    .map((route: Route) => [`${route.method} ${route.path}`, route]),
)

/** The operator's route that a request is for, on whatever listener. */
export const operatorRouteOf = ({ method, routeOptions }: FastifyRequest): Route | undefined =>
  ROUTES_BY_PLACE.get(`${method === 'HEAD' ? 'GET' : method} ${routeOptions.url ?? ''}`)

/** On the operator's socket: who may open it is the operator, by the name of the socket's owner. */
export const admitOwner = (server: FastifyInstance, name: string): void => {
  server.addHook('onRequest', (request, _reply, done) => {
    setOperator(request, { kind: 'operator', name })
    done()
  })
}

/**
 * On the mutual-TLS listener: the operator's routes open to an operator certificate alone, and only
 * those that the table of routes gives it. Call it before the routes are registered.
 */
export const admitOperatorCertificates = (server: FastifyInstance, authority: Authority): void => {
  server.addHook('onRequest', async (request) => {
    const route = operatorRouteOf(request)
    if (!route) {
      refuseOperators(request)
      return
    }
    const operator = await operatorRequesterOf(authority, request)
    if (route.operatorCertificate !== true)
      throw refusal(
        'ERR_REQUESTER_NOT_PERMITTED',
        'route-local-only',
        `${route.method} ${route.path} is for the socket on the CA host alone`,
      )
    setOperator(request, operator)
  })
}

/** What a node asks with its identity, for itself alone, is no business of an operator's. */
const refuseOperators = (request: FastifyRequest): void => {
  if (isShownByOperator(request))
    throw refusal(
      'ERR_REQUESTER_NOT_PERMITTED',
      'node-route',
      'an operator certificate is no identity of a node',
    )
}
