import type { RestartLease } from '@easycerts/shared/restart-lease'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  breakRestartLease,
  listRestartLeases,
  withOrigin,
} from '../../authority/index.ts'
import { operatorOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

const heldOf = ({ component, node, takenAt, expiresAt }: RestartLease) => ({
  component,
  node,
  takenAt: takenAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
})

export const registerRestartLeaseRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'leaseList', async () => ({
    leases: (await listRestartLeases(authority)).map(heldOf),
    time: authority.clock().toISOString(),
  }))
  registerRoute(server, 'leaseBreak', async ({ body, request }) => {
    const here = withOrigin(authority, originOf(request))
    return { broken: heldOf(await breakRestartLease(here, operatorOf(request), body)) }
  })
}
