import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerIssuerRoutes = (
  server: FastifyInstance,
  { issuers }: Pick<Authority, 'issuers'>,
): void =>
  registerRoute(server, 'issuerList', () =>
    Promise.resolve({
      issuers: Object.values(issuers).map(({ id, purpose, signatureAlgorithm, pin, notAfter }) => ({
        id,
        purpose,
        algorithm: signatureAlgorithm,
        pin,
        notAfter: notAfter.toISOString(),
      })),
    }),
  )
