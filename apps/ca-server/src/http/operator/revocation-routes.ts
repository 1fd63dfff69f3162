import { MAX_REVOKED_IN_REPLY } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  endOfAccess,
  type PublishedCrl,
  revokeCertificates,
  type RevocationChannels,
  type RevocationOutcome,
  withOrigin,
} from '../../authority/index.ts'
import { operatorNameOf, operatorOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

/** What the routes need beside the authority. */
export interface RevocationDesk extends RevocationChannels {
  readonly crlDirectory: string | undefined
}

// Base64 of it, with room for the rest, fits into the 1 MiB that clients read.
const PART_OCTETS = 512 * 1024

export const registerRevocationRoutes = (
  server: FastifyInstance,
  authority: Authority,
  desk: RevocationDesk,
): void => {
  registerRoute(server, 'revoke', async ({ body: { target, reason }, request }) => {
    const actor = `operator ${operatorNameOf(request)}`
    const operator = operatorOf(request)
    const wish = { target: { issuer: undefined, ...target }, reason, actor, operator }
    const here = withOrigin(authority, originOf(request))
    return replyOfRevocation(here, desk, await revokeCertificates(here, desk, wish))
  })
  registerRoute(server, 'crlList', () => Promise.resolve({ crls: desk.crls.all.map(summaryOf) }))
  registerRoute(server, 'crlPart', ({ params, query }) => {
    const crl = desk.crls.current(params['issuer'] ?? '')
    if (!crl) throw new EasycertsError('ERR_CERTIFICATE_UNKNOWN', 'there is no CRL of this issuer')
    const start = Number(query.offset)
    const end = start + PART_OCTETS
    return Promise.resolve({
      crl: summaryOf(crl),
      part: crl.der.subarray(start, end).toString('base64url'),
      next: end < crl.der.length ? end : null,
    })
  })
}

const summaryOf = ({ issuerId, ...crl }: PublishedCrl) => ({ issuer: issuerId, ...crl })

export const replyOfRevocation = (
  { issuers }: Authority,
  { crlDirectory }: RevocationDesk,
  outcome: RevocationOutcome,
) => ({
  count: outcome.revoked.length,
  revoked: outcome.revoked
    .slice(0, MAX_REVOKED_IN_REPLY)
    .map(({ certificate, reason, revokedAt, wasRevoked }) => ({
      ...certificate,
      issuer: certificate.issuerId,
      reason,
      revokedAt,
      wasRevoked,
    })),
  tickets: [...outcome.tickets],
  publications: outcome.publications.map(({ issuerId, crl, failure }) => ({
    issuer: issuerId,
    crl: crl ? summaryOf(crl) : null,
    failure: failure ?? null,
  })),
  ends: endOfAccess(outcome, { issuers, crlDirectory }),
})
