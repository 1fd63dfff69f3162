import type { FastifyInstance } from 'fastify'
import { acceptClock, type Authority, statusOfClock, withOrigin } from '../../authority/index.ts'
import { operatorNameOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

export const registerClockRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'clock', () => statusOfClock(authority))
  registerRoute(server, 'clockAccept', async ({ request }) => {
    const { decision, before, after } = await acceptClock(
      withOrigin(authority, originOf(request)),
      operatorNameOf(request),
    )
    return { state: decision.state, before, after }
  })
}
