import { createCfsslRemote } from '@easycerts/adapters/cfssl-remote'
import { Secret } from '@easycerts/shared/encoding'
import { parseLegacyRemote } from '@easycerts/shared/legacy-certmgr'
import { seconds } from '@easycerts/shared/time'
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import { csrOf } from '../../../support/cfssl/legacy-wish.ts'
import { askDoor, type RunningDoor, startDoor } from '../../../support/cfssl/start-door.ts'
import { runOpenssl } from '../../../support/offline-root.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const ROW = [{ profiles: ['server'] }]

let lab: Awaited<ReturnType<typeof openLabDesk>>
let door: RunningDoor

beforeAll(async () => {
  lab = await openLabDesk({ keys: { main: ROW } })
  door = await startDoor({ desk: lab.desk })
})
afterAll(async () => {
  await door.close()
  await lab.dispose()
})

const ask = (method: string, path: string, body?: string) =>
  askDoor(door.port, { method, path, ...(body === undefined ? {} : { body }) })

describe('the door of cfssl', () => {
  it.each([
    ['//api//v1/cfssl/info', '/api/v1/cfssl/info'],
    ['/api/v1/./cfssl/x/../info?a=1', '/api/v1/cfssl/info?a=1'],
  ])('sends %s on to %s, as Go does', async (path, location) => {
    expect(await ask('POST', path, '{}')).toMatchObject({ status: 301, headers: { location } })
  })

  it.each(['/', '/api/v1/cfssl/', '/api/v1/cfssl/authinfo', '/api/v2/cfssl/info', '/v1/nodes'])(
    'has nothing at %s',
    async (path) => {
      expect(await ask('POST', path, '{}')).toMatchObject({
        status: 404,
        body: '404 page not found\n',
      })
    },
  )

  it('finds an endpoint whose path is escaped, and tells of an escape that is none', async () => {
    expect((await ask('POST', '/api/v1/cfssl/%69nfo', '{}')).status).toBe(200)
    expect((await ask('POST', '/api/v1/cfssl/%zz', '{}')).status).toBeGreaterThanOrEqual(400)
  })

  it.each([
    'sign',
    'newkey',
    'newcert',
    'init_ca',
    'revoke',
    'crl',
    'gencrl',
    'certadd',
    'ocspsign',
    'scan',
    'scaninfo',
  ])('has no %s while its switch is off, whatever the method', async (endpoint) => {
    for (const method of ['GET', 'POST'])
      expect((await ask(method, `/api/v1/cfssl/${endpoint}`)).status).toBe(404)
  })

  it('takes no body that is larger than any of cfssl’s', async () => {
    const answer = await ask('POST', '/api/v1/cfssl/info', `"${'a'.repeat(300_000)}"`)
    expect(answer).toMatchObject({
      status: 413,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, result: null })
  })
})

/** What each client puts around a request: a version of its own of one struct. */
const CLIENTS = {
  'cfssl 1.2.0': { hosts: null, crl_override: '', label: '' },
  'certmgr 3.0.3': {
    hosts: ['worker-1'],
    crl_override: '',
    label: '',
    NotBefore: '0001-01-01T00:00:00Z',
    NotAfter: '0001-01-01T00:00:00Z',
    ReturnPrecert: false,
  },
  'cfssl 1.6.5': {
    hosts: null,
    crl_override: '',
    label: '',
    NotBefore: '0001-01-01T00:00:00Z',
    NotAfter: '0001-01-01T00:00:00Z',
    ReturnPrecert: false,
    metadata: null,
  },
}

describe('a client of cfssl', () => {
  it.each(Object.entries(CLIENTS))('%s gets one certificate in one block', async (_name, form) => {
    const certificate_request = await csrOf('worker-1')
    const inner = Buffer.from(JSON.stringify({ ...form, certificate_request, profile: 'server' }))
    const token = createHmac('sha256', KEY).update(inner).digest('base64')
    const body = JSON.stringify({ timestamp: 1, token, request: inner.toString('base64') })
    const answer = await ask('POST', '/api/v1/cfssl/authsign', body)
    expect(answer.status).toBe(200)
    const { result } = JSON.parse(answer.body) as { result: { certificate: string } }
    expect(result.certificate).toMatch(
      /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/,
    )
  })

  it('learns whether its key is good without a certificate', async () => {
    const remote = createCfsslRemote({
      remotes: [parseLegacyRemote(`http://127.0.0.1:${door.port}`)!],
      rootCa: undefined,
      client: undefined,
      timeout: seconds(5),
      clock: () => new Date(),
    })
    const of = { profile: 'server', label: '' }
    expect(await remote.takesKey(of, new Secret(KEY))).toBe(true)
    expect(await remote.takesKey(of, new Secret(Buffer.alloc(16)))).toBe(false)
    remote.close()
  })
})

describe('a door that wants client certificates', () => {
  const selfSigned = (folder: string, name: string) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    runOpenssl(['req', '-x509', ...kind, '-keyout', key, '-out', cert, '-subj', `/CN=${name}`])
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  }

  it('hears those of its CA whose name fits, and tells others so', async () => {
    const folder = temporaryFolder()
    const [server, good, other, stranger] = ['server', 'node-1', 'other', 'stranger'].map((name) =>
      selfSigned(folder, name),
    )
    const clientCa = join(folder, 'clients.pem')
    writeFileSync(clientCa, good!.cert + other!.cert)
    const guarded = await startDoor({
      desk: lab.desk,
      credentials: { cert: server!.cert, key: new Secret(server!.key) },
      clients: { clientCa, clientName: '^node-' },
    })
    const health = (client: Partial<{ cert: string; key: string }>) =>
      new Promise<string>((resolve) => {
        const at = { host: '127.0.0.1', port: guarded.port, path: '/api/v1/cfssl/health' }
        const sent = request({ ...at, ...client, agent: false, rejectUnauthorized: false })
        sent.once('error', () => resolve('no connection'))
        sent.once('response', (reply) => {
          reply.resume()
          resolve(String(reply.statusCode))
        })
        sent.end()
      })
    expect(await Promise.all([good!, other!, stranger!, {}].map(health))).toEqual([
      ...['200', '403', 'no connection', 'no connection'],
    ])
    await guarded.close()
  })
})
