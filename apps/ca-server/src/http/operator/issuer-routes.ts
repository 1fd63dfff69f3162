import { formatName } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerIssuerRoutes = (
  server: FastifyInstance,
  { issuers, store }: Pick<Authority, 'issuers' | 'store'>,
): void =>
  registerRoute(server, 'issuerList', async () => {
    const rows = await store.read((reading) => reading.listIssuers())
    const locations = new Map(rows.map(({ id, keyLocation }) => [id, keyLocation]))
    return {
      issuers: Object.values(issuers).map((issuer) => ({
        id: issuer.id,
        purpose: issuer.purpose,
        algorithm: issuer.signatureAlgorithm,
        pin: issuer.pin,
        notAfter: issuer.notAfter.toISOString(),
        root: formatName((issuer.above.at(-1) ?? issuer.certificate).subject),
        keyLocation: locations.get(issuer.id) ?? 'file',
      })),
    }
  })
