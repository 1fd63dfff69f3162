import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { seeHealth } from '@easycerts/adapters/tls'
import { type Duration, seconds } from '@easycerts/shared/time'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { forgeCa, forgeCertificate, forgeServer } from '../../support/join/forge-certificate.ts'

const ca = await forgeCa('etcd')
const stranger = await forgeCa('etcd')
const client = await forgeCertificate({ commonName: 'c', issuer: ca, purposes: ['clientAuth'] })

const member = async (
  answer: RequestListener,
  { by = ca, ...options }: ServerOptions & { by?: typeof ca } = {},
): Promise<number> => {
  const { pem, key } = await forgeServer(by)
  const server = createServer({ cert: pem, key: key.exportPem().reveal(), ...options }, answer)
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const answering =
  (status: number, body = ''): RequestListener =>
  (_request, reply) =>
    void reply.writeHead(status).end(body)

const look = (port: number, timeout: Duration = seconds(5)) =>
  seeHealth({
    address: { host: { kind: 'ip', value: '127.0.0.1' }, port },
    path: '/health',
    ca: ca.pem,
    pair: { certificate: client.pem, key: client.key.exportPem() },
    timeout,
    signal: new AbortController().signal,
  })

describe('a member of etcd or kube-apiserver', () => {
  it.each([
    [200, '{"health":"true"}', true],
    [200, '{"health":"true","reason":""}', true],
    [200, 'ok', true],
    [200, '{"health":"false"}', false],
    [200, '{"health": false}', false],
    [503, '{"health":"false"}', false],
    [500, '[-]etcd failed', false],
    [404, '', false],
    [302, '', false],
    // It serves, and tells strangers nothing.
    [401, '', true],
    [403, '', true],
  ])('that answers %i %j is taken for healthy: %j', async (status, body, isHealthy) => {
    expect(await look(await member(answering(status, body)))).toBe(isHealthy)
  })

  it('is not believed without a certificate that the trusted CAs vouch for', async () => {
    expect(await look(await member(answering(200, 'ok'), { by: stranger }))).toBe(false)
  })

  it('is shown our certificate', async () => {
    const strict = { requestCert: true, rejectUnauthorized: true, ca: ca.pem }
    expect(await look(await member(answering(200), strict))).toBe(true)
    expect(await look(await member(answering(200), { ...strict, ca: stranger.pem }))).toBe(false)
  })

  it('is not healthy if nobody listens, nobody answers in time, or an answer has no end', async () => {
    expect(await look(await freePort())).toBe(false)
    expect(await look(await member(() => undefined), 200 as Duration)).toBe(false)
    const endless: RequestListener = (_request, reply) => {
      const write = (): void => {
        while (!reply.destroyed && reply.write('x'.repeat(1024)));
      }
      reply.on('drain', write)
      write()
    }
    const begun = Date.now()
    expect(await look(await member(endless), seconds(20))).toBe(false)
    expect(Date.now() - begun).toBeLessThan(10_000)
  })

  it('that cuts its answer short is not healthy', async () => {
    const cut: RequestListener = (_request, reply) => {
      reply.writeHead(200, { 'content-length': '100' }).write('ok')
      setImmediate(() => reply.destroy())
    }
    expect(await look(await member(cut), seconds(3))).toBe(false)
  })
})
