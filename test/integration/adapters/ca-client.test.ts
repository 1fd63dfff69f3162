import { createServer as createHttp } from 'node:http'
import { createServer, type Server as NetServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createNodeClient, createOperatorClient } from '@easycerts/adapters/ca-client'
import { clientIdentityOf } from '@easycerts/adapters/identity-store'
import { openLogWitness } from '@easycerts/adapters/log-witness'
import { generateSigningKey } from '@easycerts/shared/key'
import { seconds } from '@easycerts/shared/time'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startTestCa, type TestCa } from '../../support/certmgr/test-ca.ts'
import { forgeCa, forgeServer, type Forgery } from '../../support/join/forge-certificate.ts'
import { startJoinListener } from '../../support/join/join-listener.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const anchor = await forgeCa('enrolment')
const ownKey = await generateSigningKey('ecdsa-p256')
const stranger = await forgeServer(await forgeCa('another'))

const newWitness = () =>
  openLogWitness({ directory: temporaryFolder(), onRestored: () => undefined })

const clientFor = (endpoints: readonly string[], anchorPem = anchor.pem) => {
  const client = createNodeClient({
    endpoints,
    anchorPem,
    identity: () => clientIdentityOf(stranger),
    timeout: seconds(0.5),
    witness: newWitness(),
  })
  onTestFinished(() => client.close())
  return client
}

const listening = async (server: NetServer): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const serverWith = async (more: Partial<Forgery>, misbehave?: 'html' | 'flood') => {
  const leaf = await forgeServer(anchor, more)
  const listener = await startJoinListener({
    chain: [leaf, anchor],
    misbehave: (_request, reply) => {
      if (misbehave === 'html') reply.end('<html>')
      if (misbehave === 'flood') reply.end('x'.repeat((1 << 20) + 1))
      return misbehave !== undefined
    },
  })
  onTestFinished(() => listener.close())
  return listener.url
}

describe('a call of the CA fails with a reason of its own', () => {
  it('when nobody listens', async () => {
    expect(await codeOfAsync(clientFor(['https://127.0.0.1:1']).node())).toBe('ERR_CA_UNREACHABLE')
  })

  it('when nobody answers', async () => {
    const url = await listening(createServer())
    expect(await codeOfAsync(clientFor([url]).node())).toBe('ERR_CA_TIMEOUT')
  })

  it('when the server is another CA’s', async () => {
    const other = await forgeCa('enrolment')
    const url = await serverWith({})
    expect(await codeOfAsync(clientFor([url], other.pem).node())).toBe('ERR_CHAIN_INVALID')
  })

  it('when the server’s certificate has another name', async () => {
    const url = await serverWith({ hosts: ['10.0.0.1'] })
    expect(await codeOfAsync(clientFor([url]).node())).toBe('ERR_CHAIN_INVALID')
  })

  it('when the server’s certificate is not for servers', async () => {
    const url = await serverWith({ purposes: ['clientAuth'] })
    expect(await codeOfAsync(clientFor([url]).node())).toBe('ERR_CHAIN_INVALID')
  })

  it.each([
    ['has expired', { until: new Date(Date.now() - 60_000) }],
    ['is not valid yet', { from: new Date(Date.now() + 60_000) }],
  ])('when the server’s certificate %s by our clock', async (_, dates) => {
    const url = await serverWith(dates)
    expect(await codeOfAsync(clientFor([url]).node())).toBe('ERR_CLOCK_WRONG')
  })

  it.each(['html', 'flood'] as const)('when the answer is %s', async (misbehaviour) => {
    const url = await serverWith({}, misbehaviour)
    expect(await codeOfAsync(clientFor([url]).node())).toBe('ERR_CA_REPLY_INVALID')
  })
})

describe('a client of the CA', () => {
  let ca: TestCa
  beforeAll(async () => {
    ca = await startTestCa(() => new Date())
    return () => ca.close()
  })

  it('goes to the next endpoint when one is away, and stays there', async () => {
    const certificate = ca.issueIdentity(ownKey.publicKey)
    const client = createNodeClient({
      endpoints: ['https://127.0.0.1:1', ca.url],
      anchorPem: ca.anchorPem,
      identity: () => clientIdentityOf({ key: ownKey, certificate }),
      timeout: seconds(5),
      witness: newWitness(),
    })
    onTestFinished(() => client.close())
    expect((await client.node()).node.name).toBe('worker-1')
    await client.confirmIdentity()
  })

  it('gives the server’s own reason for a refusal', async () => {
    const client = clientFor([ca.url], ca.anchorPem)
    expect(await codeOfAsync(client.node())).toBe('ERR_IDENTITY_UNKNOWN')
  })
})

describe('an operator’s client', () => {
  it('says that no ca-server runs when there is no socket', async () => {
    const socketPath = join(temporaryFolder(), 'operator.sock')
    const client = createOperatorClient({ socketPath })
    expect(await codeOfAsync(client.call('issuerList', {}))).toBe('ERR_SERVER_NOT_RUNNING')
  })

  it('sends query, path and body where the route says', async () => {
    const socketPath = join(temporaryFolder(), 'operator.sock')
    const seen: string[] = []
    const server = createHttp((request, reply) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`)
      reply.end(JSON.stringify({ nodes: [], next: null }))
    })
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
    onTestFinished(() => void server.close())
    const client = createOperatorClient({ socketPath })
    expect(await client.call('nodeList', { query: { limit: '5' } })).toEqual({
      nodes: [],
      next: null,
    })
    const revoking = client.call('ticketRevoke', { params: { id: 'a/b' }, body: {} })
    expect(await codeOfAsync(revoking)).toBe('ERR_CA_REPLY_INVALID')
    expect(seen).toEqual(['GET /v1/nodes?limit=5', 'POST /v1/tickets/a%2Fb/revoke'])
  })
})
