import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { postWebHook } from '@easycerts/adapters/web-hook'
import { seconds } from '@easycerts/shared/time'
import { forgeCa, forgeServer } from '../../support/join/forge-certificate.ts'

const timeout = seconds(10)
const body = { type: 'leaf', spec: '/etc/specs/a.yaml' }

const listening = async (server: Server): Promise<number> => {
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const hookOf = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(createServer(listener))}/secret-path`

describe('a web hook', () => {
  it('is posted the change as JSON, once', async () => {
    const requests: unknown[] = []
    const url = await hookOf((request, reply) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        const { method, url: path, headers } = request
        requests.push([method, path, headers['content-type'], JSON.parse(text)])
        reply.writeHead(204).end()
      })
    })
    await postWebHook({ url, body }, { timeout })
    expect(requests).toEqual([['POST', '/secret-path', 'application/json', body]])
  })

  it.each([302, 404, 500])(
    'that answers with %i has failed, and is told without its path',
    async (status) => {
      const url = await hookOf((_, reply) => reply.writeHead(status, { location: '/other' }).end())
      const failure = postWebHook({ url, body }, { timeout })
      await expect(failure).rejects.toMatchObject({
        code: 'ERR_ACTION_FAILED',
        message: `${new URL(url).origin} answered with status ${status}`,
      })
    },
  )

  it('that nobody answers has failed', async () => {
    const url = await hookOf(() => undefined)
    const { origin } = new URL(url)
    await expect(postWebHook({ url, body }, { timeout: seconds(1) })).rejects.toMatchObject({
      code: 'ERR_ACTION_TIMEOUT',
      message: `${origin} did not answer within 1s`,
    })
    const closed = postWebHook({ url: 'http://127.0.0.1:1/', body }, { timeout })
    await expect(closed).rejects.toMatchObject({
      code: 'ERR_ACTION_FAILED',
    })
  })

  it('that answers without end is read no further than its status needs', async () => {
    const url = await hookOf((_, reply) => {
      reply.writeHead(200)
      const pour = (): void => {
        while (reply.write('x'.repeat(65_536)));
        reply.once('drain', pour)
      }
      pour()
    })
    await expect(postWebHook({ url, body }, { timeout })).resolves.toBeUndefined()
  })

  it('ends with the signal of its caller', async () => {
    const url = await hookOf(() => undefined)
    const stop = new AbortController()
    const post = postWebHook({ url, body }, { timeout, signal: stop.signal })
    stop.abort()
    await expect(post).rejects.toMatchObject({ code: 'ERR_ACTION_FAILED' })
  })

  it('over TLS believes the CA that the spec names, and no other', async () => {
    const issuer = await forgeCa('hook CA')
    const { key, pem } = await forgeServer(issuer)
    const server = createTlsServer({ key: key.exportPem().reveal(), cert: pem }, (_, reply) =>
      reply.writeHead(200).end(),
    )
    const url = `https://localhost:${await listening(server)}/`
    await expect(postWebHook({ url, body, ca: issuer.pem }, { timeout })).resolves.toBeUndefined()
    await expect(postWebHook({ url, body }, { timeout })).rejects.toMatchObject({
      code: 'ERR_ACTION_FAILED',
    })
  })
})
