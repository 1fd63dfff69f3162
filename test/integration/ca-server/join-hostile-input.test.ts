import { generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { MAX_BODY_OCTETS } from '@easycerts/shared/api'
import { OID, sequence, smallInteger, TRUE } from '@easycerts/shared/asn1'
import { parseHost } from '@easycerts/shared/cluster'
import { decodePem, encodePem } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  buildCertificateRequestWith,
  encodeExtension,
  encodeGeneralName,
} from '@easycerts/shared/x509'
import { type CaServerProcess, makeFolder, startCaServer } from '../../support/ca-server-process.ts'
import {
  callAs,
  type Connection,
  type HeldTicket,
  type Identity,
  joinBody,
  joinNode,
  openConnection,
  takeTicket,
  tryJoin,
} from '../../support/joiner.ts'
import { openssl } from '../../support/openssl.ts'

let server: CaServerProcess
let ticket: HeldTicket
let node: Identity
let key: ExportableKey
let folder: string
beforeAll(async () => {
  folder = makeFolder()
  server = await startCaServer()
  ticket = await takeTicket(server, 'worker-1', { hosts: ['10.0.0.7'] })
  node = await joinNode(server, 'worker-2')
  key = await generateSigningKey('ecdsa-p256')
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server.dispose()
})

/** Whatever was refused must have left the ticket as it was, and nothing signed. */
afterEach(async () => {
  const { body } = await server.operator('GET', '/v1/tickets')
  const tickets = body['tickets'] as { id: string; state: string }[]
  expect(tickets.find(({ id }) => id === ticket.id)?.state).toBe('open')
  const { body: list } = await server.operator('GET', '/v1/certificates')
  const subjects = (list['certificates'] as { subject: string }[]).map(({ subject }) => subject)
  expect(subjects.toSorted()).toEqual([
    'CN=easycerts ca-server',
    'CN=easycerts trust-key, O=easycerts:trust',
    'CN=worker-2, O=easycerts:node',
  ])
})

const NOBODY = { commonName: '', organizations: [] }
const MASTER = { commonName: 'kubernetes-admin', organizations: ['system:masters'] }

const san = (...names: readonly Buffer[]): Buffer =>
  encodeExtension({ oid: OID.subjectAltName, critical: false, value: sequence(...names) })

const CA_FLAG = encodeExtension({
  oid: OID.basicConstraints,
  critical: true,
  value: sequence(TRUE, smallInteger(3)),
})

/** A request that OpenSSL makes with a key of another kind than ours. */
const requestOf = (type: 'rsa1024' | 'rsa-e3' | 'p224' | 'p521'): string => {
  const pair = {
    rsa1024: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    'rsa-e3': () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
    p224: () => generateKeyPairSync('ec', { namedCurve: 'secp224r1' }),
    p521: () => generateKeyPairSync('ec', { namedCurve: 'secp521r1' }),
  }[type]()
  const file = join(folder, type)
  writeFileSync(file, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return openssl(['req', '-new', '-key', file, '-subj', '/']).stdout
}

const flipLast = (pem: string): string => {
  const der = decodePem('CERTIFICATE REQUEST', pem)
  der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1)
  return encodePem('CERTIFICATE REQUEST', der)
}

const REQUESTS: readonly [string, () => string, number, string][] = [
  [
    'of a foreign subject',
    () => buildCertificateRequest(key, MASTER),
    403,
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'of another node',
    () =>
      buildCertificateRequest(key, { commonName: 'worker-9', organizations: ['easycerts:node'] }),
    403,
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'for a name',
    () =>
      buildCertificateRequestWith(key, NOBODY, [san(encodeGeneralName(parseHost('kubernetes')))]),
    403,
    'ERR_SAN_NOT_PERMITTED',
  ],
  [
    'for an address outside its profile',
    () => buildCertificateRequestWith(key, NOBODY, [san(encodeGeneralName(parseHost('10.0.0.7')))]),
    403,
    'ERR_SAN_NOT_PERMITTED',
  ],
  [
    'to be a CA',
    () => buildCertificateRequestWith(key, NOBODY, [CA_FLAG]),
    403,
    'ERR_EXTENSION_NOT_PERMITTED',
  ],
  [
    'with one extension twice',
    () => buildCertificateRequestWith(key, NOBODY, [CA_FLAG, CA_FLAG]),
    400,
    'ERR_CSR_MALFORMED',
  ],
  ['with RSA of 1024 bits', () => requestOf('rsa1024'), 400, 'ERR_CSR_KEY_REJECTED'],
  ['with RSA of exponent 3', () => requestOf('rsa-e3'), 400, 'ERR_CSR_KEY_REJECTED'],
  ['with P-224', () => requestOf('p224'), 400, 'ERR_CSR_KEY_REJECTED'],
  ['with P-521', () => requestOf('p521'), 400, 'ERR_CSR_KEY_REJECTED'],
  [
    'with the key of another node',
    () => buildCertificateRequest(node.key),
    400,
    'ERR_CSR_KEY_REJECTED',
  ],
  [
    'whose signature was changed',
    () => flipLast(buildCertificateRequest(key)),
    400,
    'ERR_CSR_SIGNATURE_INVALID',
  ],
  [
    'that is not DER',
    () => encodePem('CERTIFICATE REQUEST', Buffer.from('hello')),
    400,
    'ERR_CSR_MALFORMED',
  ],
  [
    'with something behind it',
    () =>
      encodePem(
        'CERTIFICATE REQUEST',
        Buffer.concat([
          decodePem('CERTIFICATE REQUEST', buildCertificateRequest(key)),
          Buffer.of(0),
        ]),
      ),
    400,
    'ERR_CSR_MALFORMED',
  ],
]

describe('a join with a request', () => {
  it.each(REQUESTS)('%s is refused', async (_title, make, status, code) => {
    await expect(tryJoin(server, ticket, { csr: make() })).resolves.toMatchObject({ status, code })
  })
})

describe('a join', () => {
  let connection: Connection
  let honest: Record<string, unknown>
  beforeEach(async () => {
    connection = await openConnection(server.joinPort)
    honest = joinBody(ticket, buildCertificateRequest(key), connection.exporter)
  })
  afterEach(() => connection.close())

  it('by a node that thinks it is another is refused', async () => {
    const body = { ...honest, node: 'worker-9' }
    await expect(connection.send('POST', '/v1/join', body)).resolves.toMatchObject({
      status: 403,
      code: 'ERR_NODE_NAME_MISMATCH',
    })
  })

  it.each<[string, (body: Record<string, unknown>) => unknown]>([
    ['without a request', ({ csr: _csr, ...rest }) => rest],
    ['with a request that is no text', (body) => ({ ...body, csr: 7 })],
    ['with a request that is no PEM', (body) => ({ ...body, csr: 'hello' })],
    ['with two requests', (body) => ({ ...body, csr: String(body['csr']).repeat(2) })],
    ['with an unknown field', (body) => ({ ...body, role: 'master' })],
    ['with a prototype', (body) => JSON.stringify(body).replace('{', '{"__proto__":{"x":1},')],
    [
      'with a constructor',
      (body) => JSON.stringify(body).replace('{', '{"constructor":{"prototype":{}},'),
    ],
    ['with a ticket id that is none', (body) => ({ ...body, ticket: "' OR 1=1 --" })],
    ['with a signature that is no base64url', (body) => ({ ...body, signature: '????' })],
    ['that is no JSON', () => '{"ticket":'],
    ['that is empty', () => ''],
    ['that is null', () => 'null'],
    ['that is a list', (body) => [body]],
    ['in UTF-16', (body) => Buffer.from(JSON.stringify(body), 'utf16le')],
  ])('%s is refused', async (_title, spoil) => {
    const answer = await connection.send('POST', '/v1/join', spoil(honest))
    expect(answer.status).toBe(400)
    expect(['ERR_BODY_INVALID', 'ERR_CSR_MALFORMED', 'ERR_PEM_MALFORMED']).toContain(answer.code)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', ''])(
    'as "%s" is refused',
    async (type) => {
      const headers = { 'content-type': type }
      await expect(
        connection.send('POST', '/v1/join', JSON.stringify(honest), headers),
      ).resolves.toMatchObject({ status: 415, code: 'ERR_MEDIA_TYPE_UNSUPPORTED' })
    },
  )

  it('larger than the bound is refused before it is read', async () => {
    const body = JSON.stringify({ ...honest, node: 'x'.repeat(MAX_BODY_OCTETS) })
    await expect(connection.send('POST', '/v1/join', body)).resolves.toMatchObject({
      status: 413,
      code: 'ERR_BODY_TOO_LARGE',
    })
  })

  it('larger than the bound and of unknown length is refused', async () => {
    const body = JSON.stringify({ ...honest, node: 'x'.repeat(MAX_BODY_OCTETS) })
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    await expect(connection.send('POST', '/v1/join', body, headers)).resolves.toMatchObject({
      status: 413,
      code: 'ERR_BODY_TOO_LARGE',
    })
  })

  it.each([
    ['POST', '/v1/join/'],
    ['GET', '/v1/tickets'],
    ['POST', '/v1/tickets'],
    ['POST', '/v1/certificates'],
    ['POST', '/v1/identity/confirm'],
    ['GET', '/v1/health'],
    ['GET', '/'],
  ])('listener knows no %s %s', async (method, path) => {
    const answer = await connection.send(method, path, method === 'GET' ? undefined : honest)
    expect(answer).toMatchObject({ status: 404, code: 'ERR_ROUTE_UNKNOWN' })
  })

  it.each([
    ['GET', '/v1/join'],
    ['PUT', '/v1/join'],
    ['DELETE', '/v1/join'],
    ['POST', '/v1/time'],
  ])('listener allows no %s %s', async (method, path) => {
    const answer = await connection.send(method, path, method === 'GET' ? undefined : honest)
    expect(answer).toMatchObject({ status: 405, code: 'ERR_METHOD_NOT_ALLOWED' })
  })

  it.each(['/v1/time', '/v1/time?nonce=short', '/v1/time?nonce=abcdefghijklmnop&more=1'])(
    'listener tells no time for %s',
    async (path) => {
      await expect(connection.send('GET', path)).resolves.toMatchObject({
        status: 400,
        code: 'ERR_BODY_INVALID',
      })
    },
  )

  it('listener answers a path that cannot be decoded as it answers other faults', async () => {
    const answer = await connection.send('GET', '/v1/%zz')
    expect(answer).toMatchObject({ status: 404, code: 'ERR_ROUTE_UNKNOWN' })
  })
})

describe('the listener for nodes', () => {
  it('knows no POST /v1/join', async () => {
    await expect(callAs(server, node, 'POST', '/v1/join', {})).resolves.toMatchObject({
      status: 404,
      code: 'ERR_ROUTE_UNKNOWN',
    })
  })

  it.each([
    ['GET', '/v1/tickets'],
    ['POST', '/v1/tickets'],
    ['POST', '/v1/admin-certificates'],
    ['GET', '/v1/log'],
  ])('opens %s %s to no node', async (method, path) => {
    await expect(
      callAs(server, node, method, path, method === 'GET' ? undefined : {}),
    ).resolves.toMatchObject({ status: 403, code: 'ERR_REQUESTER_NOT_PERMITTED' })
  })

  it.each(['/v1/certificates', '/v1/identity/renew', '/v1/identity/confirm'])(
    'refuses an unknown field at %s',
    async (path) => {
      const body = { subject: 'CN=admin' }
      await expect(callAs(server, node, 'POST', path, body)).resolves.toMatchObject({
        status: 400,
        code: 'ERR_BODY_INVALID',
      })
    },
  )
})
