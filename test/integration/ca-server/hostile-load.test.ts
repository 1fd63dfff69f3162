import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fastify, type FastifyRequest } from 'fastify'
import {
  NULL,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { EasycertsError } from '@easycerts/shared/errors'
import { generateSigningKey } from '@easycerts/shared/key'
import { ocspIssuerNames } from '@easycerts/shared/revocation'
import { hours } from '@easycerts/shared/time'
import { OcspResponder } from '../../../apps/ca-server/src/authority/index.ts'
import { registerOcspRoutes } from '../../../apps/ca-server/src/http/public/ocsp-routes.ts'
import { createRequestLimits } from '../../../apps/ca-server/src/http/limits/index.ts'
import { limitsSection } from '../../../apps/ca-server/src/config/sections/limits.ts'
import { joinBy, joinedNode, takeTicketOf } from '../../support/in-process-nodes.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'
import * as v from 'valibot'

describe('whoever holds a used ticket', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  it('does not fill the log with its attempts: one entry an hour, which counts the others', async () => {
    const ticket = await takeTicketOf(ca, 'worker-1')
    await joinBy(ca, ticket, await generateSigningKey('ecdsa-p256'))
    const attempt = async () =>
      codeOfAsync(joinBy(ca, ticket, await generateSigningKey('ecdsa-p256')))
    for (let turn = 0; turn < 5; turn++) expect(await attempt()).toBe('ERR_TICKET_SPENT')
    ca.clock.advance(hours(1))
    expect(await attempt()).toBe('ERR_TICKET_SPENT')
    const { entries } = await ca.authority.store.read((reading) =>
      reading.searchLog({ limit: 10, before: undefined, kind: 'ticket-contested' }),
    )
    expect(entries.map(({ body }) => body['earlierUnrecorded'])).toEqual([4, 0])
  })
})

const from = (ip: string) => ({ ip, raw: { socket: {} } }) as unknown as FastifyRequest

describe('a stranger at another address', () => {
  it('uses up nobody’s ticket by holding a copy of it', async () => {
    const limits = createRequestLimits(v.parse(limitsSection, { ticket: { joinsPerMinute: 2 } }))
    const attempt = () => limits.admitTicket(from('2001:db8::1'), 'abcdefghjkmn', 'worker-1')
    await attempt()
    await attempt()
    expect(await codeOfAsync(attempt())).toBe('ERR_RATE_LIMITED')
    await limits.admitTicket(from('192.0.2.1'), 'abcdefghjkmn', 'worker-1')
    await limits.admitTicket(from('2001:db8::1'), 'abcdefghjkmn', 'worker-2')
  })
})

describe('whoever asks for OCSP answers that nobody can keep', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  const requestFor = (serialNumber: Buffer): Buffer => {
    const { name, key } = ocspIssuerNames(ca.authority.issuers.enrolment.certificate).sha256
    const algorithm = sequence(objectIdentifier(OID.sha256), NULL)
    const id = sequence(
      algorithm,
      octetString(name),
      octetString(key),
      unsignedInteger(serialNumber),
    )
    return sequence(sequence(sequence(sequence(id))))
  }

  it('is told to try later, while answers that are kept go on', async () => {
    let isTired = false
    const admitSigning = (): Promise<void> =>
      isTired
        ? Promise.reject(new EasycertsError('ERR_RATE_LIMITED', 'too many signatures'))
        : Promise.resolve()
    const server = fastify()
    const responder = new OcspResponder(ca.authority)
    registerOcspRoutes(server, responder, { clock: ca.clock.read, limits: { admitSigning } })
    const { serialNumber } = await joinedNode(ca, 'worker-2')
    const known = requestFor(Buffer.from(serialNumber, 'hex'))
    const made = requestFor(Buffer.from('01a2b3c4', 'hex'))
    // OCSPResponseStatus (RFC 6960 §4.2.1): the last octet of an answer that is nothing else.
    const ask = async (payload: Buffer, isPost = true) => {
      const url = '/ocsp/enrolment-g1'
      const path = `${url}/${encodeURIComponent(payload.toString('base64'))}`
      const headers = { 'content-type': 'application/ocsp-request' }
      const { rawPayload } = await (isPost
        ? server.inject({ method: 'POST', url, headers, payload })
        : server.inject({ method: 'GET', url: path }))
      return rawPayload.length > 5 ? 'signed' : rawPayload[4]
    }
    expect([await ask(known), await ask(made)]).toEqual(['signed', 'signed'])
    isTired = true
    const tryLater = 3
    expect([await ask(known), await ask(known, false)]).toEqual(['signed', 'signed'])
    expect([await ask(made), await ask(made, false)]).toEqual([tryLater, tryLater])
    await server.close()
  })

  it('has a share of the signatures that leaves the others some', async () => {
    const { admitSigning } = createRequestLimits(v.parse(limitsSection, {}))
    const ask = async (ip: string, count: number): Promise<number> => {
      const asked = Array.from({ length: count }, () => admitSigning(from(ip)))
      const answers = await Promise.allSettled(asked)
      return answers.filter(({ status }) => status === 'rejected').length
    }
    expect(await ask('192.0.2.1', 7000)).toBe(1000)
    expect(await ask('192.0.2.2', 100)).toBe(0)
  })
})
