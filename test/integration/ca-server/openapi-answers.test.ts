import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOpenApi } from '../../../apps/ca-server/src/openapi/index.ts'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import {
  callAs,
  type Identity,
  joinNode,
  openConnection,
  takeTicket,
  ticketWish,
  tryJoin,
} from '../../support/joiner.ts'

type Check = (value: unknown) => boolean
interface Content {
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { responses: Record<string, Content> }>>>
  >
  readonly components: {
    readonly responses: Readonly<Record<string, Content>>
    readonly schemas: Readonly<Record<string, object>>
  }
}

const document = buildOpenApi('0.1.0') as unknown as Document

/** The JSON Schema validator that fastify brings, which is not ours, without its coercions. */
const compile = async (schema: object): Promise<Check> => {
  const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })
  let check: Check | undefined
  app.get('/', (request) => {
    check = request.compileValidationSchema(schema)
    return {}
  })
  await app.inject('/')
  await app.close()
  if (!check) throw new Error('no validator')
  return check
}

const schemaOf = (method: string, path: string, status: number): object => {
  if (status === 200) {
    const operation = document.paths[path]?.[method.toLowerCase()]
    return operation?.responses['200']?.content['application/json']?.schema ?? { not: {} }
  }
  const response = document.components.responses[`Problem${status}`]
  const schema = response?.content['application/problem+json']?.schema ?? { not: {} }
  // The one reference in it, resolved.
  return JSON.parse(
    JSON.stringify(schema).replace(
      '{"$ref":"#/components/schemas/Problem"}',
      JSON.stringify(document.components.schemas['Problem']),
    ),
  ) as object
}

let server: CaServerProcess
let node: Identity
let csr: string
beforeAll(async () => {
  server = await startCaServer()
  node = await joinNode(server, 'worker-1')
  csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
})
afterAll(() => server.dispose())

const expectDocumented = async (
  method: string,
  path: string,
  { status, body }: { readonly status: number; readonly body: unknown },
  expected: number,
): Promise<void> => {
  expect(status).toBe(expected)
  const check = await compile(schemaOf(method, path, status))
  expect(check(body)).toBe(true)
}

describe('an answer is as the OpenAPI document says', () => {
  it.each([
    '/v1/tickets',
    '/v1/nodes',
    '/v1/certificates',
    '/v1/issuers',
    '/v1/log',
    '/v1/health',
    '/v1/status',
    '/v1/clock',
  ])('to an operator who reads %s', async (path) => {
    await expectDocumented('GET', path, await server.operator('GET', path), 200)
  })

  it('to an operator who makes and revokes a ticket, or asks for a certificate', async () => {
    const made = await server.operator('POST', '/v1/tickets', ticketWish('worker-2'))
    await expectDocumented('POST', '/v1/tickets', made, 200)
    const revoked = await server.operator(
      'POST',
      `/v1/tickets/${String(made.body['id'])}/revoke`,
      {},
    )
    await expectDocumented('POST', '/v1/tickets/{id}/revoke', revoked, 200)
    const wish = { csr, user: 'jane', groups: ['dev'], ttl: '1h' }
    const issued = await server.operator('POST', '/v1/admin-certificates', wish)
    await expectDocumented('POST', '/v1/admin-certificates', issued, 200)
  })

  it('to a machine that joins', async () => {
    const connection = await openConnection(server.joinPort)
    const time = await connection.send('GET', '/v1/time?nonce=abcdefghijklmnop')
    connection.close()
    await expectDocumented('GET', '/v1/time', time, 200)
    const own = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
    const joined = await tryJoin(server, await takeTicket(server, 'worker-3'), { csr: own })
    await expectDocumented('POST', '/v1/join', joined, 200)
  })

  it('to a node', async () => {
    await expectDocumented('GET', '/v1/node', await callAs(server, node, 'GET', '/v1/node'), 200)
    const body = {
      profile: 'kubelet-client',
      csr: buildCertificateRequest(await generateSigningKey('ecdsa-p256')),
    }
    const issued = await callAs(server, node, 'POST', '/v1/certificates', body)
    await expectDocumented('POST', '/v1/certificates', issued, 200)
  })

  it('to what is refused', async () => {
    const refusals = [
      [await server.operator('POST', '/v1/tickets', {}), 400],
      [await server.operator('GET', '/v1/nowhere'), 404],
      [await server.operator('POST', '/v1/tickets/unknown/revoke', {}), 401],
      [await server.operator('POST', '/v1/nodes', {}), 405],
      [await callAs(server, node, 'POST', '/v1/certificates', { profile: 'admin', csr }), 403],
    ] as const
    for (const [answer, status] of refusals) await expectDocumented('POST', '', answer, status)
  })
})

describe('the check of answers', () => {
  it('finds a field that is missing, and one of another type', async () => {
    const check = await compile(schemaOf('GET', '/v1/issuers', 200))
    const { body } = await server.operator('GET', '/v1/issuers')
    const [first] = body['issuers'] as Record<string, unknown>[]
    expect(check({ issuers: [first] })).toBe(true)
    expect(check({ issuers: [{ ...first, pin: 5 }] })).toBe(false)
    const rest = Object.entries(first ?? {}).filter(([name]) => name !== 'pin')
    expect(check({ issuers: [Object.fromEntries(rest)] })).toBe(false)
  })
})
