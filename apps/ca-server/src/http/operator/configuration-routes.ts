import type { RouteReply } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import { operatorNameOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'

/** What the routes need of the configuration in force. */
export interface ConfigurationSource {
  readonly current: () => RouteReply<'configuration'>
  readonly reload: (actor: string) => Promise<RouteReply<'configurationReload'>>
}

export const registerConfigurationRoutes = (
  server: FastifyInstance,
  configuration: ConfigurationSource,
): void => {
  registerRoute(server, 'configuration', () => Promise.resolve(configuration.current()))
  registerRoute(server, 'configurationReload', ({ request }) =>
    configuration.reload(`operator ${operatorNameOf(request)}`),
  )
}
