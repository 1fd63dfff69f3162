import { parseDuration } from '@easycerts/shared/time'
import { certificatePem } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import { type Authority, issueAdminCertificate, trustBundlesOf } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerCertificateRoutes = (
  server: FastifyInstance,
  authority: Authority,
  operator: string,
): void => {
  registerRoute(server, 'adminCertificate', async ({ body }) => {
    const { csr, user, groups, ttl } = body
    const certificate = await issueAdminCertificate(authority, operator, {
      csr,
      user,
      groups,
      life: parseDuration(ttl),
    })
    return {
      certificate: certificatePem(certificate),
      cluster: authority.cluster,
      serverCa: trustBundlesOf(authority.issuers)['server-ca'] ?? '',
    }
  })
  registerRoute(server, 'certificateList', async ({ query }) => ({
    certificates: (
      await authority.store.read((reading) => reading.listCertificates(Number(query.limit)))
    ).map((row) => ({ ...row, issuer: row.issuerId })),
  }))
}
