import type { FastifyInstance } from 'fastify'
import { actorAt, type Authority, withOrigin } from '../../authority/index.ts'
import { operatorNameOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

export const registerBackupRoutes = (server: FastifyInstance, authority: Authority): void =>
  registerRoute(server, 'backupMade', async ({ body, request }) => {
    await authority.store.transact((writing) =>
      writing.appendLog(
        actorAt(
          withOrigin(authority, originOf(request)),
          'backup-made',
          `operator ${operatorNameOf(request)}`,
          body,
        ),
      ),
    )
    return { recorded: true } as const
  })
