import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { ticketPublicKey } from '@easycerts/shared/ticket'
import { hours, minutes } from '@easycerts/shared/time'
import {
  createTicket,
  issueAdminCertificate,
  type TicketWish,
} from '../../../apps/ca-server/src/authority/index.ts'
import { confirmAs, joinBy, requesterOf, takeTicketOf } from '../../support/in-process-nodes.ts'
import { ticketWish } from '../../support/joiner.ts'
import { OPERATOR, OPERATOR_CERTIFICATE } from '../../support/requesters.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { Secret } from '@easycerts/shared/encoding'

let ca: TestAuthority
beforeAll(async () => {
  ca = await openTestAuthority()
})
afterAll(() => ca.dispose())

const joined = async (node: string, more: Partial<TicketWish>) => {
  const ticket = await takeTicketOf(ca, node, more)
  const certificate = await joinBy(ca, ticket, await generateSigningKey('ecdsa-p256'))
  await confirmAs(ca, certificate)
  return certificate
}

const wishOf = (node: string, more: Partial<TicketWish> = {}): TicketWish => ({
  ...ticketWish(node),
  role: 'worker',
  publicKey: ticketPublicKey(new Secret(Buffer.alloc(32, 5))),
  ...more,
})

const personAs = async (
  user: string,
  groups: readonly string[],
  requester = OPERATOR_CERTIFICATE,
) =>
  issueAdminCertificate(ca.authority, requester, {
    csr: await newRequest(),
    user,
    groups,
    life: hours(1),
  })

describe('an operator certificate', () => {
  it.each(['kube-apiserver-kubelet-client', 'front-proxy-client', 'flannel-client', 'calico'])(
    'makes no person who is called like the component %s, whose rights RBAC binds to that name',
    async (user) => {
      await expect(personAs(user, [])).rejects.toMatchObject({
        code: 'ERR_SUBJECT_NOT_PERMITTED',
        rule: 'admin-user',
      })
    },
  )

  it('gives nobody a group that is bound to cluster-admin, and the CA host does', async () => {
    await expect(personAs('joe', ['kubeadm:cluster-admins'])).rejects.toMatchObject({
      code: 'ERR_SUBJECT_NOT_PERMITTED',
      rule: 'masters-local-only',
    })
    await expect(personAs('joe', ['kubeadm:cluster-admins'], OPERATOR)).resolves.toBeDefined()
  })

  it('makes no ticket that would put a worker in the place of a master', async () => {
    await joined('master-1', { role: 'master' })
    const wish = wishOf('master-1', { replace: true })
    await expect(createTicket(ca.authority, OPERATOR_CERTIFICATE, wish)).rejects.toMatchObject({
      code: 'ERR_REQUESTER_NOT_PERMITTED',
      rule: 'ticket-role-local',
    })
  })
})

describe('a ticket for a worker', () => {
  it('does not push out a master that joined after it was made', async () => {
    const early = await takeTicketOf(ca, 'master-2', { replace: true, ttl: '24h' })
    ca.clock.advance(minutes(10))
    const master = await joined('master-2', { role: 'master' })
    ca.clock.advance(minutes(10))
    const worker = await joinBy(ca, early, await generateSigningKey('ecdsa-p256'))
    await expect(confirmAs(ca, worker)).rejects.toMatchObject({ code: 'ERR_NODE_EXISTS' })
    await expect(requesterOf(ca, master)).resolves.toMatchObject({ node: { role: 'master' } })
  })

  it('may be made on the CA host to put a worker in the place of a master that is there', async () => {
    await joined('master-3', { role: 'master' })
    ca.clock.advance(minutes(10))
    const worker = await joined('master-3', { replace: true })
    await expect(requesterOf(ca, worker)).resolves.toMatchObject({ node: { role: 'worker' } })
  })

  it.each(['192.0.2.77', 'api-2.lab.example'])(
    'bears no name or address of a master, for kube-apiserver there has it too: %s',
    async (host) => {
      const hosts = ['192.0.2.77', 'api-2.lab.example']
      const name = `master-${host.length}`
      await joined(name, { role: 'master', hosts })
      const wish = wishOf('worker-1', { hosts: [host] })
      for (const requester of [OPERATOR, OPERATOR_CERTIFICATE])
        await expect(createTicket(ca.authority, requester, wish)).rejects.toMatchObject({
          code: 'ERR_NAME_RESERVED',
          rule: 'reserved-name',
        })
    },
  )
})
