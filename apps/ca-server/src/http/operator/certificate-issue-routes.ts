import { formatCursor, parseCursor, type RouteKept } from '@easycerts/shared/api'
import { parseDuration } from '@easycerts/shared/time'
import { type Certificate, certificateChainPem, formatName } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  deliveredPem,
  describeCertificates,
  issueForOperator,
  withOrigin,
} from '../../authority/index.ts'
import { withReceipt } from '../log-receipts.ts'
import { operatorNameOf, operatorOf } from '../operator-caller.ts'
import { type Call, registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'
import { certificateDetailsReplyOf } from './certificate-details-reply.ts'

export const registerCertificateIssueRoutes = (
  server: FastifyInstance,
  authority: Authority,
): void => {
  const addReceipt = withReceipt(authority, (request) => `operator ${operatorNameOf(request)}`)
  const issue = async ({ body, request, keepAnswer }: Call<'certificateIssue'>) => {
    const { ttl, ...wish } = body
    const certificate = await issueForOperator(
      withOrigin(authority, originOf(request)),
      operatorOf(request),
      {
        ...wish,
        life: ttl === undefined ? undefined : parseDuration(ttl),
        withRecord: (writing, issued) => keepAnswer(writing, issuedReplyOf(authority, issued)),
      },
    )
    return issuedReplyOf(authority, certificate)
  }
  registerRoute(server, 'certificateIssue', issue, addReceipt)
  registerRoute(server, 'certificateShow', async ({ query: { serial, issuer } }) => {
    const found = await describeCertificates(authority, serial, issuer)
    return { certificates: found.map(certificateDetailsReplyOf) }
  })
  registerRoute(server, 'certificateFind', async ({ query: { fingerprint, after } }) => {
    const [before] = after === undefined ? [] : parseCursor(after, ['number'])
    const { found, next } = await authority.store.read((reading) =>
      reading.searchFingerprint(fingerprint, before === undefined ? undefined : Number(before)),
    )
    return {
      found: found ? { issuer: found.issuerId, serialNumber: found.serialNumber } : null,
      next: next === null ? null : formatCursor([next]),
    }
  })
}

const issuedReplyOf = (
  { issuers }: Authority,
  certificate: Certificate,
): RouteKept<'certificateIssue'> => {
  const issuer = Object.values(issuers).find(({ subject }) => subject.equals(certificate.issuer))
  if (!issuer) throw new TypeError('an issuer that signed is one of ours')
  return {
    certificate: deliveredPem(certificate, issuers),
    authorities: certificateChainPem([issuer.certificate, ...issuer.above]),
    issuer: issuer.id,
    serialNumber: certificate.serialNumber,
    subject: formatName(certificate.subject),
    fingerprint: certificate.fingerprint,
    notAfter: certificate.validity.notAfter.toISOString(),
  }
}
