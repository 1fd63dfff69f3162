import { generateSigningKey } from '@easycerts/shared/key'
import { days, hours } from '@easycerts/shared/time'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answerOnce,
  type KeepAnswer,
  KeyedMutex,
} from '../../../apps/ca-server/src/authority/index.ts'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { callAs, type Identity, joinNode, ticketWish } from '../../support/joiner.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

describe('a work under an idempotency key', () => {
  let ca: TestAuthority
  const mutex = new KeyedMutex()
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  let runs = 0
  const ask = (
    key: string,
    more: {
      readonly requester?: string
      readonly requestHash?: string
      readonly work?: (keep: KeepAnswer<number>) => Promise<number>
      readonly authenticate?: () => Promise<void>
    } = {},
  ): Promise<number> => {
    const { requester = 'local', requestHash = 'a', authenticate = () => Promise.resolve() } = more
    return answerOnce<number>(ca.authority, mutex, {
      call: { requester, key, requestHash },
      authenticate,
      work: more.work ?? (() => Promise.resolve(++runs)),
    })
  }

  it('runs once, and gives the same answer for 24 hours', async () => {
    const first = await ask('key-of-a-day')
    ca.clock.advance(hours(23))
    await expect(ask('key-of-a-day')).resolves.toBe(first)
    ca.clock.advance(hours(2))
    await expect(ask('key-of-a-day')).resolves.toBe(first + 1)
  })

  it('gives its answer after a restart of the server', async () => {
    const first = await ask('key-of-a-restart')
    await ca.reopen()
    await expect(ask('key-of-a-restart')).resolves.toBe(first)
  })

  it('is another for another requester', async () => {
    const first = await ask('key-of-two')
    await expect(ask('key-of-two', { requester: 'somebody else' })).resolves.not.toBe(first)
  })

  it('is refused for another request', async () => {
    await ask('key-of-one-request')
    const again = ask('key-of-one-request', { requestHash: 'b' })
    expect(await codeOfAsync(again)).toBe('ERR_IDEMPOTENCY_KEY_REUSED')
  })

  it('runs once however many ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('key-of-many')))
    expect(new Set(answers).size).toBe(1)
  })

  it('runs again after it has failed', async () => {
    const failing = ask('key-of-a-failure', { work: () => Promise.reject(new Error('no')) })
    await expect(failing).rejects.toThrow('no')
    await expect(ask('key-of-a-failure')).resolves.toBeGreaterThan(0)
  })

  it('keeps no answer of a transaction that was rolled back', async () => {
    const failing = ask('key-of-a-rollback', {
      work: (keep) =>
        ca.authority.store.transact(async (writing) => {
          await keep(writing, 7)
          throw new Error('no')
        }),
    })
    await expect(failing).rejects.toThrow('no')
    await expect(ask('key-of-a-rollback')).resolves.not.toBe(7)
  })

  it('gives no old answer to somebody who has lost the right to it', async () => {
    await ask('key-of-the-retired')
    const again = ask('key-of-the-retired', {
      authenticate: () => Promise.reject(new Error('retired')),
    })
    await expect(again).rejects.toThrow('retired')
  })

  it('is forgotten with the others of its day', async () => {
    await ask('key-of-yesterday')
    ca.clock.advance(days(2))
    const before = new Date(ca.clock.read().getTime() - hours(24)).toISOString()
    const { store } = ca.authority
    const removed = await store.transact((writing) => writing.removeAnswersBefore(before, 1000))
    expect(removed).toBeGreaterThan(0)
    const left = await store.read((reading) => reading.findAnswer('local', 'key-of-yesterday'))
    expect(left).toBeUndefined()
  })
})

describe('a client that repeats a call', () => {
  let server: CaServerProcess
  let node: Identity
  beforeAll(async () => {
    server = await startCaServer()
    node = await joinNode(server, 'worker-1')
  })
  afterAll(() => server.dispose())

  const csr = async () => buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
  const certificates = async (): Promise<number> => {
    const { body } = await server.operator('GET', '/v1/certificates')
    return (body['certificates'] as unknown[]).length
  }

  it('gets the same certificate, and none is issued twice', async () => {
    const body = { profile: 'kubelet-client', csr: await csr() }
    const headers = { 'idempotency-key': 'a-certificate-key' }
    const before = await certificates()
    const [first, ...others] = await Promise.all(
      Array.from({ length: 5 }, () =>
        callAs(server, node, 'POST', '/v1/certificates', body, headers),
      ),
    )
    await server.kill()
    await server.start()
    others.push(await callAs(server, node, 'POST', '/v1/certificates', body, headers))
    expect(first?.status).toBe(200)
    for (const { body: other } of others)
      expect(other['certificate']).toBe(first?.body['certificate'])
    // One for the node, one for the server itself at its new start.
    expect(await certificates()).toBe(before + 2)
  })

  it('is refused with another body under the same key', async () => {
    const headers = { 'idempotency-key': 'another-key-of-a-node' }
    const body = { profile: 'kubelet-client', csr: await csr() }
    await callAs(server, node, 'POST', '/v1/certificates', body, headers)
    const other = { profile: 'kubelet-server', csr: body.csr }
    await expect(
      callAs(server, node, 'POST', '/v1/certificates', other, headers),
    ).resolves.toMatchObject({ status: 422, code: 'ERR_IDEMPOTENCY_KEY_REUSED' })
  })

  it.each(['short', 'x'.repeat(65), 'with space', 'semi;colon'])(
    'is refused with the key "%s"',
    async (key) => {
      const body = { profile: 'kubelet-client', csr: await csr() }
      await expect(
        callAs(server, node, 'POST', '/v1/certificates', body, { 'idempotency-key': key }),
      ).resolves.toMatchObject({ status: 400, code: 'ERR_BODY_INVALID' })
    },
  )

  it('makes one ticket by the command line, whose client sends a key of its own', async () => {
    const before = await server.operator('GET', '/v1/tickets')
    await server.ca(['ticket', 'create', '--node', 'worker-2', '--role', 'worker'])
    const after = await server.operator('GET', '/v1/tickets')
    const count = ({ body }: typeof before) => (body['tickets'] as unknown[]).length
    expect(count(after)).toBe(count(before) + 1)
  })

  it('hurts nobody where the call is idempotent by nature', async () => {
    const { body } = await server.operator('POST', '/v1/tickets', ticketWish('worker-3'))
    const revoke = () => server.operator('POST', `/v1/tickets/${String(body['id'])}/revoke`, {})
    const first = await revoke()
    await expect(revoke()).resolves.toEqual(first)
    const confirm = () => callAs(server, node, 'POST', '/v1/identity/confirm', {})
    await expect(confirm()).resolves.toMatchObject({ status: 200 })
    await expect(confirm()).resolves.toMatchObject({ status: 200 })
    const renewal = { csr: await csr() }
    const renew = () => callAs(server, node, 'POST', '/v1/identity/renew', renewal)
    const pending = await renew()
    expect((await renew()).body['certificate']).toBe(pending.body['certificate'])
  })
})
