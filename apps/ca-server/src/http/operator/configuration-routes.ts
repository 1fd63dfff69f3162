import type { RouteReply } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import type { LogOrigin } from '../../authority/index.ts'
import { operatorNameOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

/** What the routes need of the configuration in force. */
export interface ConfigurationSource {
  readonly current: () => RouteReply<'configuration'>
  readonly reload: (actor: string, origin: LogOrigin) => Promise<RouteReply<'configurationReload'>>
}

export const registerConfigurationRoutes = (
  server: FastifyInstance,
  configuration: ConfigurationSource,
): void => {
  registerRoute(server, 'configuration', () => Promise.resolve(configuration.current()))
  registerRoute(server, 'configurationReload', ({ request }) =>
    configuration.reload(`operator ${operatorNameOf(request)}`, originOf(request)),
  )
}
