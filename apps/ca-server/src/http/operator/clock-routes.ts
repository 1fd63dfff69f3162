import type { FastifyInstance } from 'fastify'
import { acceptClock, type Authority, statusOfClock } from '../../authority/index.ts'
import { operatorNameOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'

export const registerClockRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'clock', () => statusOfClock(authority))
  registerRoute(server, 'clockAccept', async ({ request }) => {
    const { decision, before, after } = await acceptClock(authority, operatorNameOf(request))
    return { state: decision.state, before, after }
  })
}
