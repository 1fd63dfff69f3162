import { parseDuration } from '@easycerts/shared/time'
import { certificatePem } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  createTicket,
  issueAdminCertificate,
  revokeTicket,
  stateOfTicket,
  type TicketRow,
  trustBundlesOf,
} from '../authority/index.ts'
import { registerRoute } from './register-route.ts'

/** What whoever may open the operator's socket may do. `operator` names the socket's owner for the log. */
export const registerOperatorRoutes = (
  server: FastifyInstance,
  authority: Authority,
  operator: string,
): void => {
  registerTicketRoutes(server, authority, operator)
  registerListRoutes(server, authority)
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
  registerRoute(server, 'health', () => Promise.resolve({ status: 'ok' }))
}

const registerTicketRoutes = (
  server: FastifyInstance,
  authority: Authority,
  operator: string,
): void => {
  const summary = (ticket: TicketRow) => ({
    ...ticket,
    state: stateOfTicket(ticket, authority.clock()),
  })
  registerRoute(server, 'ticketCreate', async ({ body }) => {
    const { publicKey, ...wish } = body
    const grant = await createTicket(authority, operator, {
      ...wish,
      publicKey: Buffer.from(publicKey, 'base64url'),
    })
    return {
      ...grant,
      pins: [...grant.pins],
      endpoints: [...grant.endpoints],
      expiresAt: grant.expiresAt.toISOString(),
    }
  })
  registerRoute(server, 'ticketList', async ({ query }) => ({
    tickets: (
      await authority.store.read((reading) => reading.listTickets(Number(query.limit)))
    ).map(summary),
  }))
  registerRoute(server, 'ticketRevoke', async ({ params }) =>
    summary(await revokeTicket(authority, operator, params['id'] ?? '')),
  )
}

const registerListRoutes = (server: FastifyInstance, authority: Authority): void => {
  const { store } = authority
  registerRoute(server, 'nodeList', async ({ query }) =>
    store.read(async (reading) => {
      const rows = await reading.listNodes(Number(query.limit))
      const identities = await Promise.all(
        rows.map(({ name }) => reading.findIdentityOfNode(name, 'current')),
      )
      return {
        nodes: rows.map((row, index) => ({
          ...row,
          hosts: row.hosts.map(({ value }) => value),
          identityNotAfter: identities[index]?.notAfter ?? null,
        })),
      }
    }),
  )
  registerRoute(server, 'certificateList', async ({ query }) => ({
    certificates: (
      await store.read((reading) => reading.listCertificates(Number(query.limit)))
    ).map((row) => ({
      ...row,
      issuer: row.issuerId,
    })),
  }))
  registerRoute(server, 'issuerList', () =>
    Promise.resolve({
      issuers: Object.values(authority.issuers).map(
        ({ id, purpose, signatureAlgorithm, pin, notAfter }) => ({
          id,
          purpose,
          algorithm: signatureAlgorithm,
          pin,
          notAfter: notAfter.toISOString(),
        }),
      ),
    }),
  )
  registerRoute(server, 'log', async ({ query }) => ({
    entries: await store.read((reading) => reading.listLog(Number(query.limit))),
  }))
}
