import { problemSchema } from '@easycerts/shared/errors'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerRoute } from '../../../apps/ca-server/src/http/register-route.ts'
import { type PlainAnswer, type PlainServer, startPlainServer } from '../../support/plain-server.ts'

const TICKET = {
  id: 'a2b3c4d5e6f7',
  node: 'worker-1',
  role: 'worker',
  state: 'revoked' as const,
  clusterAdmin: false,
  uses: 1,
  usesTaken: 0,
  requiredKey: null,
  requiredRequest: null,
  createdAt: '2030-01-01T00:00:00.000Z',
  expiresAt: '2030-01-01T01:00:00.000Z',
}
const JSON_TYPE = { 'content-type': 'application/json' }
const WISH = { node: 'worker-1', role: 'worker', hosts: [], clusterAdmin: false, ttl: '1h' }
const HONEST = JSON.stringify({ ...WISH, replace: false, publicKey: 'abc' })

let api: PlainServer
beforeAll(async () => {
  api = await startPlainServer((server) => {
    registerRoute(server, 'ticketCreate', () =>
      Promise.resolve({ id: TICKET.id, pins: [], endpoints: [], expiresAt: TICKET.expiresAt }),
    )
    registerRoute(server, 'ticketList', ({ query }) => {
      if (query.limit === '13') throw new Error('a bug with /etc/secret in its message')
      return Promise.resolve({ tickets: [], next: null })
    })
    registerRoute(server, 'ticketRevoke', ({ params }) =>
      Promise.resolve({ ...TICKET, id: params['id'] ?? '' }),
    )
  })
})
afterAll(() => api.close())

const create = (body: string, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  api.send('POST', '/v1/tickets', { headers, body })

/** RFC 9457, with the status of the line, and nothing that a cache may keep. */
const expectProblem = (answer: PlainAnswer, status: number, code: string): void => {
  expect(answer).toMatchObject({ status, code })
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.headers['cache-control']).toBe('no-store')
  const problem = v.parse(problemSchema, JSON.parse(answer.text))
  expect(problem).toMatchObject({
    status,
    type: expect.stringMatching(/^urn:easycerts:/) as string,
  })
}

describe('a request is refused with a problem', () => {
  it.each([
    ['that is no JSON', '{', 400, 'ERR_BODY_INVALID'],
    ['that is empty', '', 400, 'ERR_BODY_INVALID'],
    ['with an unknown field', HONEST.replace('{', '{"admin":true,'), 400, 'ERR_BODY_INVALID'],
    ['with a number for a text', HONEST.replace('"1h"', '1'), 400, 'ERR_BODY_INVALID'],
    ['with a text for a truth', HONEST.replace('false', '"false"'), 400, 'ERR_BODY_INVALID'],
    ['with a prototype', HONEST.replace('{', '{"__proto__":{},'), 400, 'ERR_BODY_INVALID'],
    ['of 65 KiB', JSON.stringify({ node: 'x'.repeat(65_536) }), 413, 'ERR_BODY_TOO_LARGE'],
  ])('for a body %s', async (_title, body, status, code) => {
    expectProblem(await create(body), status, code)
  })

  it.each(['text/plain', 'application/xml', 'multipart/form-data', 'application/json+more'])(
    'for a body of the media type %s',
    async (type) => {
      expectProblem(
        await create(HONEST, { 'content-type': type }),
        415,
        'ERR_MEDIA_TYPE_UNSUPPORTED',
      )
    },
  )

  it.each([
    ['with an unknown field', '/v1/tickets?verbose=1'],
    ['with a field twice', '/v1/tickets?limit=5&limit=6'],
    ['with a limit of nothing', '/v1/tickets?limit=0'],
    ['with too high a limit', '/v1/tickets?limit=1001'],
    ['with a limit in another notation', '/v1/tickets?limit=1e2'],
    ['with a cursor that is none', '/v1/tickets?after=%20'],
  ])('for a query %s', async (_title, path) => {
    expectProblem(await api.send('GET', path), 400, 'ERR_BODY_INVALID')
  })

  it('for a query where the route has none', async () => {
    const options = { headers: JSON_TYPE, body: '{}' }
    const answer = await api.send('POST', '/v1/tickets/abc/revoke?force=1', options)
    expectProblem(answer, 400, 'ERR_BODY_INVALID')
  })

  it('for a body where the route has none', async () => {
    const answer = await api.send('GET', '/v1/tickets', { headers: JSON_TYPE, body: '{}' })
    expectProblem(answer, 400, 'ERR_BODY_INVALID')
  })

  it.each(['a%2Fb', 'a%00b', 'a%20b', 'x'.repeat(254)])('for the path part %s', async (part) => {
    const options = { headers: JSON_TYPE, body: '{}' }
    const answer = await api.send('POST', `/v1/tickets/${part}/revoke`, options)
    expect([400, 404]).toContain(answer.status)
    expectProblem(
      answer,
      answer.status,
      answer.status === 400 ? 'ERR_BODY_INVALID' : 'ERR_ROUTE_UNKNOWN',
    )
  })

  it.each(['/', '/v1', '/v2/tickets', '/v1/tickets/', '/v1/Tickets', '/v1/%zz', '//v1/tickets'])(
    'for the unknown path %s',
    async (path) => {
      expectProblem(await api.send('GET', path), 404, 'ERR_ROUTE_UNKNOWN')
    },
  )

  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
    'for the method %s, with those that are allowed',
    async (method) => {
      const answer = await api.send(method, '/v1/tickets')
      expectProblem(answer, 405, 'ERR_METHOD_NOT_ALLOWED')
      const allowed = String(answer.headers['allow']).split(', ').toSorted()
      expect(allowed).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST'])
    },
  )

  it('for a bug, of which it shows nothing', async () => {
    const answer = await api.send('GET', '/v1/tickets?limit=13')
    expectProblem(answer, 500, 'ERR_INTERNAL')
    expect(answer.text).not.toContain('secret')
  })
})

describe('what is no HTTP request is refused with a problem', () => {
  it.each([
    ['noise', 'hello\r\n\r\n', 400, 'ERR_REQUEST_MALFORMED'],
    ['the handshake of TLS', '\x16\x03\x01\x02\x00', 400, 'ERR_REQUEST_MALFORMED'],
    ['a request without Host', 'GET /v1/tickets HTTP/1.1\r\n\r\n', 400, undefined],
    [
      'two lengths',
      'POST /v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'ERR_REQUEST_MALFORMED',
    ],
    [
      'a length and chunks',
      'POST /v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'ERR_REQUEST_MALFORMED',
    ],
    [
      'a header of 20 KiB',
      `GET /v1/tickets HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_480)}\r\n\r\n`,
      431,
      'ERR_HEADERS_TOO_LARGE',
    ],
  ])('as %s', async (_title, octets, status, code) => {
    const answer = await api.sendRaw(octets)
    expect(answer.split('\r\n')[0]).toContain(` ${status} `)
    if (code === undefined) return
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head.toLowerCase()).toContain('content-type: application/problem+json')
    expect(v.parse(problemSchema, JSON.parse(body))).toMatchObject({ status, code })
  })
})

describe('an answer', () => {
  it('is not to be cached, and says nothing of the software', async () => {
    const { status, headers } = await api.send('GET', '/v1/tickets')
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(Object.keys(headers)).not.toContain('server')
    expect(Object.keys(headers)).not.toContain('x-powered-by')
  })

  it('to HEAD is that to GET without its body', async () => {
    const answer = await api.send('HEAD', '/v1/tickets')
    expect(answer).toMatchObject({ status: 200, text: '' })
  })

  it('to OPTIONS lists the methods and lets no other origin in', async () => {
    const answer = await api.send('OPTIONS', '/v1/tickets')
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(answer.headers['allow']).toContain('POST')
    expect(Object.keys(answer.headers).join()).not.toContain('access-control')
  })

  it('of a body with a field twice is that to its last value', async () => {
    const twice = HONEST.replace('"replace":false', '"replace":"x","replace":false')
    await expect(create(twice)).resolves.toMatchObject({ status: 200 })
  })
})
