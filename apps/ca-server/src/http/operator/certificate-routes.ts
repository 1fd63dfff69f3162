import { formatCursor } from '@easycerts/shared/api'
import { parseDuration } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  deliveredPem,
  issueAdminCertificate,
  trustBundlesOf,
  withOrigin,
} from '../../authority/index.ts'
import { withReceipt } from '../log-receipts.ts'
import { operatorNameOf, operatorOf } from '../operator-caller.ts'
import { type Call, registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

export const registerCertificateRoutes = (server: FastifyInstance, authority: Authority): void => {
  const issueAdmin = async ({ body, request, keepAnswer }: Call<'adminCertificate'>) => {
    const here = withOrigin(authority, originOf(request))
    const { csr, user, groups, ttl } = body
    const replyOf = (certificate: Certificate) => ({
      certificate: deliveredPem(certificate, authority.issuers),
      cluster: authority.cluster,
      serverCa: trustBundlesOf(authority.issuers)['server-ca'] ?? '',
    })
    const certificate = await issueAdminCertificate(here, operatorOf(request), {
      csr,
      user,
      groups,
      life: parseDuration(ttl),
      withRecord: (writing, issued) => keepAnswer(writing, replyOf(issued)),
    })
    return replyOf(certificate)
  }
  const addReceipt = withReceipt(authority, (request) => `operator ${operatorNameOf(request)}`)
  registerRoute(server, 'adminCertificate', issueAdmin, addReceipt)
  registerRoute(server, 'certificateList', async ({ query }) => {
    const { limit, after, issuer, state, subject, serial, ...same } = query
    const filter = {
      ...same,
      issuerId: issuer,
      standing: state,
      subjectPrefix: subject,
      serialNumber: serial,
    }
    const now = authority.clock().toISOString()
    const { rows, next } = await authority.store.read((reading) =>
      reading.pageOfCertificates(filter, now, { after, limit: Number(limit) }),
    )
    return {
      certificates: rows.map((row) => ({ ...row, issuer: row.issuerId, state: row.standing })),
      next: next === undefined ? null : formatCursor(next),
    }
  })
}
