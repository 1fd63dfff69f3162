import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Route, ROUTES } from '@easycerts/shared/api'
import { generateSigningKey } from '@easycerts/shared/key'
import { hours } from '@easycerts/shared/time'
import { buildCertificateRequest, parseCertificatePem } from '@easycerts/shared/x509'
import { identifyOperator, issueForOperator } from '../../../apps/ca-server/src/authority/index.ts'
import {
  type CaServerProcess,
  makeFolder,
  runCaServer,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { callAs, type Identity, joinNode, ticketWish } from '../../support/joiner.ts'
import { OPERATOR } from '../../support/requesters.ts'
import { newRequest, openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'

let server: CaServerProcess
let worker: Identity
let jane: Identity
beforeAll(async () => {
  server = await startCaServer()
  worker = await joinNode(server, 'worker-1')
  jane = await operatorIdentity('jane')
})
afterAll(() => server.dispose())

const issue = async (body: Readonly<Record<string, unknown>>) =>
  server.operator('POST', '/v1/certificates/issue', { groups: [], ...body })

const operatorIdentity = async (user: string): Promise<Identity> => {
  const key = await generateSigningKey('ecdsa-p256')
  const { body, code } = await issue({
    profile: 'operator',
    user,
    csr: buildCertificateRequest(key),
  })
  if (code !== undefined) throw new Error(`no operator certificate: ${code}`)
  return { key, certificate: String(body['certificate']) }
}

const routesOf = (listener: Route['listener']): (readonly [string, Route])[] =>
  Object.entries(ROUTES).filter(([, route]) => route.listener === listener)

const callRoute = (identity: Identity, { method, path }: Route) =>
  callAs(server, identity, method, path.replace(/:\w+/g, 'x'), ...(method === 'POST' ? [{}] : []))

const adminWish = async (groups: readonly string[]) => ({
  csr: await newRequest(),
  user: 'joe',
  groups,
  ttl: '1h',
})

describe('an operator certificate', () => {
  it('lives half a day, is for clients, and is of the enrolment issuer alone', () => {
    const { validity, names } = parseCertificatePem(jane.certificate)
    const life = validity.notAfter.getTime() - validity.notBefore.getTime()
    expect(Math.abs(life - hours(12))).toBeLessThan(10 * 60_000)
    expect(names).toEqual([])
  })

  it.each(routesOf('operator'))(
    'calls the route %s only if the table says so',
    async (_, route) => {
      const { status, code = '' } = await callRoute(jane, route)
      const isRefused = status === 403 && code === 'ERR_REQUESTER_NOT_PERMITTED'
      expect({ isRefused, isUnknown: /IDENTITY|CLIENT_CERT/.test(code) }).toEqual({
        isRefused: route.operatorCertificate !== true,
        isUnknown: false,
      })
    },
  )

  it.each(routesOf('node'))('is nobody on the node’s route %s', async (_, route) => {
    expect(await callRoute(jane, route)).toMatchObject({
      status: 403,
      code: 'ERR_REQUESTER_NOT_PERMITTED',
    })
  })

  it('makes tickets for workers, under its own name in the log', async () => {
    const { status } = await callAs(server, jane, 'POST', '/v1/tickets', ticketWish('worker-2'))
    expect(status).toBe(200)
    const { body } = await server.operator('GET', '/v1/log?kind=ticket-created&limit=1')
    expect(body['entries']).toMatchObject([
      { actor: 'operator certificate jane', body: { node: 'worker-2' } },
    ])
  })

  it.each([
    ['for a master', { role: 'master' }],
    ['for a master with --cluster-admin', { role: 'master', clusterAdmin: true }],
  ])('makes no ticket %s', async (_, more) => {
    const wish = ticketWish('master-9', more)
    expect(await callAs(server, jane, 'POST', '/v1/tickets', wish)).toMatchObject({
      status: 403,
      code: 'ERR_REQUESTER_NOT_PERMITTED',
    })
  })

  it('gives a person groups of their own, and never system:masters', async () => {
    const ask = async (groups: readonly string[]) =>
      callAs(server, jane, 'POST', '/v1/admin-certificates', await adminWish(groups))
    expect(await ask(['developers'])).toMatchObject({ status: 200 })
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = await ask(['developers', 'system:masters'])
      expect(refused).toMatchObject({ status: 403, code: 'ERR_SUBJECT_NOT_PERMITTED' })
      expect(refused.body['detail']).toContain('(rule masters-local-only)')
    }
    const { body } = await server.operator('GET', '/v1/log?kind=masters-refused')
    // Once for the ticket or for this, whichever came first: the rest of the hour is only counted.
    expect(body['entries']).toMatchObject([{ actor: 'operator certificate jane' }])
    expect(server.log()).toContain('"rule":"masters-local-only"')
  })

  it('ends with its revocation, on the connection that is open', async () => {
    const joe = await operatorIdentity('joe')
    const { serialNumber } = parseCertificatePem(joe.certificate)
    const ask = () => callAs(server, joe, 'GET', '/v1/nodes')
    expect((await ask()).status).toBe(200)
    const target = { kind: 'serial', serialNumber }
    await server.operator('POST', '/v1/revocations', { target, reason: 'keyCompromise' })
    expect(await ask()).toMatchObject({ status: 401, code: 'ERR_IDENTITY_UNKNOWN' })
  })

  it('is asked for through the socket on the CA host alone', async () => {
    expect(
      await callAs(server, jane, 'POST', '/v1/certificates/issue', {
        ...{ profile: 'operator', user: 'eve', groups: [] },
        csr: await newRequest(),
      }),
    ).toMatchObject({ status: 403, code: 'ERR_REQUESTER_NOT_PERMITTED' })
    expect(
      await callAs(server, worker, 'POST', '/v1/certificates', {
        profile: 'operator',
        csr: await newRequest(),
      }),
    ).toMatchObject({ status: 403, code: 'ERR_PROFILE_NOT_PERMITTED' })
  })
})

describe('the commands over mutual TLS', () => {
  let folder: string
  let far: readonly string[]
  beforeAll(async () => {
    folder = makeFolder()
    const made = await server.ca([
      ...['certificate', 'issue', '--profile', 'operator', '--user', 'ann'],
      ...['--new-key', '--out', folder],
    ])
    if (made.exitCode !== 0) throw new Error(made.stderr)
    const parts = ['operator.key', 'operator.crt', 'operator-ca.crt']
    const pem = parts.map((name) => readFileSync(join(folder, name), 'utf8')).join('')
    const file = join(folder, 'ann.pem')
    writeFileSync(file, pem, { mode: 0o600 })
    // Another data directory: nothing of the CA's host is at hand.
    far = [
      ...['--output', 'json', '--data-directory', join(folder, 'none')],
      ...['--server', `https://127.0.0.1:${server.nodePort}`, '--identity-file', file],
    ]
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    [['ticket', 'create', '--node', 'worker-3', '--role', 'worker']],
    [['ticket', 'list']],
    [['node', 'list']],
    [['certificate', 'list']],
    [['issuer', 'list']],
    [['log', 'show']],
  ])('work: %j', async (words) => {
    expect(await runCaServer([...far, ...words])).toMatchObject({ exitCode: 0 })
  })

  it('revoke a certificate from afar', async () => {
    const { serialNumber } = parseCertificatePem((await operatorIdentity('max')).certificate)
    const words = ['certificate', 'revoke', serialNumber, '--reason', 'superseded']
    expect(await runCaServer([...far, ...words])).toMatchObject({ exitCode: 0 })
  })

  it('say which are for the CA host alone', async () => {
    const words = ['certificate', 'issue', '--profile', 'operator', '--user', 'eve']
    const out = ['--new-key', '--out', join(folder, 'eve')]
    expect(await runCaServer([...far, ...words, ...out])).toMatchObject({
      exitCode: 77,
      code: 'ERR_REQUESTER_NOT_PERMITTED',
    })
  })

  it('refuse an identity file that others may read', async () => {
    const file = join(folder, 'open.pem')
    writeFileSync(file, readFileSync(join(folder, 'ann.pem')), { mode: 0o644 })
    expect(await runCaServer([...far, '--identity-file', file, 'ticket', 'list'])).toMatchObject({
      exitCode: 77,
      code: 'ERR_FILE_UNSAFE',
    })
  })

  it('need both the server and the identity', async () => {
    expect(await runCaServer([...far.slice(0, 6), 'ticket', 'list'])).toMatchObject({
      exitCode: 64,
      code: 'ERR_USAGE',
    })
  })
})

describe('a node', () => {
  it.each(routesOf('operator'))('may not call the operator’s route %s', async (_, route) => {
    expect(await callRoute(worker, route)).toMatchObject({
      status: 403,
      code: 'ERR_REQUESTER_NOT_PERMITTED',
    })
  })
})

describe('an operator certificate in the records', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  const issued = async (profile: string, more: Readonly<Record<string, string>> = {}) =>
    issueForOperator(ca.authority, OPERATOR, {
      profile,
      csr: await newRequest(),
      groups: [],
      ...more,
    })

  it('is known by its whole content, until it expires', async () => {
    const certificate = await issued('operator', { user: 'jane' })
    expect(await identifyOperator(ca.authority, certificate)).toMatchObject({
      kind: 'operator-certificate',
      name: 'jane',
    })
    await expect(
      identifyOperator(ca.authority, { ...certificate, fingerprint: '0'.repeat(64) }),
    ).rejects.toMatchObject({ code: 'ERR_IDENTITY_UNKNOWN' })
    ca.clock.advance(hours(12))
    ca.clock.advance(hours(1))
    await expect(identifyOperator(ca.authority, certificate)).rejects.toMatchObject({
      code: 'ERR_CERTIFICATE_EXPIRED',
    })
  })

  it('lives no longer than half a day, whatever is asked for', async () => {
    await expect(
      issueForOperator(ca.authority, OPERATOR, {
        ...{ profile: 'operator', user: 'jane', groups: [], life: hours(13) },
        csr: await newRequest(),
      }),
    ).rejects.toMatchObject({ code: 'ERR_VALIDITY_NOT_PERMITTED', rule: 'life-bounds' })
  })

  it('bears the name of a person, not of a component', async () => {
    await expect(issued('operator', { user: 'system:kube-scheduler' })).rejects.toMatchObject({
      code: 'ERR_SUBJECT_NOT_PERMITTED',
      rule: 'admin-user',
    })
  })
})
