import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { hours } from '@easycerts/shared/time'
import { buildCertificateRequest, formatName, parseCertificatePem } from '@easycerts/shared/x509'
import { parse } from 'yaml'
import {
  type CaServerProcess,
  makeFolder,
  runCaServer,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { entriesOf } from '../../support/file-tree.ts'
import { askCertificate, joinNode } from '../../support/joiner.ts'
import { describeWith } from '../../support/needed-tool.ts'

let apiserver: Server
let apiserverUrl: string
let server: CaServerProcess
let folder: string
beforeAll(async () => {
  folder = makeFolder()
  apiserver = createServer({ requestCert: true, rejectUnauthorized: true })
  apiserver.listen(0, '127.0.0.1')
  await once(apiserver, 'listening')
  apiserverUrl = `https://127.0.0.1:${(apiserver.address() as AddressInfo).port}`
  server = await startCaServer({ initArgs: ['--apiserver', apiserverUrl] })
  await beApiserver()
})
afterAll(async () => {
  apiserver.close()
  apiserver.closeAllConnections()
  rmSync(folder, { recursive: true })
  await server.dispose()
})

/** A stand-in for kube-apiserver: the cluster CA on both sides, and the subject for an answer. */
const beApiserver = async (): Promise<void> => {
  const master = await joinNode(server, 'master-1', { role: 'master', hosts: ['127.0.0.1'] })
  const key = await generateSigningKey('ecdsa-p256')
  const { body } = await askCertificate(server, master, 'kube-apiserver', key)
  const { body: admin } = await adminCertificate()
  apiserver.setSecureContext({
    cert: String(body['certificate']),
    key: key.exportPem().reveal(),
    ca: String(admin['serverCa']),
  })
  apiserver.on('request', (request, reply) => {
    if (!(request.socket instanceof TLSSocket)) throw new TypeError('no TLS')
    const { subject } = request.socket.getPeerCertificate()
    reply.setHeader('content-type', 'application/json')
    reply.end(JSON.stringify({ major: subject.CN, minor: subject.O }))
  })
}

const adminCertificate = async (more: Readonly<Record<string, unknown>> = {}) =>
  server.operator('POST', '/v1/admin-certificates', {
    csr: buildCertificateRequest(await generateSigningKey('ecdsa-p256')),
    user: 'kubernetes-admin',
    groups: ['system:masters'],
    ttl: '8h',
    ...more,
  })

describe('a certificate for a person', () => {
  it.each([
    ['longer than a day', { ttl: '25h' }, 403, 'ERR_VALIDITY_NOT_PERMITTED'],
    ['for a second', { ttl: '1s' }, 403, 'ERR_VALIDITY_NOT_PERMITTED'],
    ['for no readable time', { ttl: 'forever' }, 400, 'ERR_DURATION_INVALID'],
    [
      'for a component of Kubernetes',
      { user: 'system:kube-scheduler' },
      403,
      'ERR_SUBJECT_NOT_PERMITTED',
    ],
    ['for a node', { user: 'system:node:worker-1' }, 403, 'ERR_SUBJECT_NOT_PERMITTED'],
    ['for the group of nodes', { groups: ['system:nodes'] }, 403, 'ERR_SUBJECT_NOT_PERMITTED'],
    ['for a group of easycerts', { groups: ['easycerts:node'] }, 403, 'ERR_SUBJECT_NOT_PERMITTED'],
    [
      'for a name with a comma',
      { user: 'jane,O=system:masters' },
      403,
      'ERR_SUBJECT_NOT_PERMITTED',
    ],
    ['for no user', { user: '' }, 400, 'ERR_BODY_INVALID'],
    ['for nine groups', { groups: Array<string>(9).fill('dev') }, 400, 'ERR_BODY_INVALID'],
    ['with an unknown field', { profile: 'ca-server' }, 400, 'ERR_BODY_INVALID'],
  ])('is not made %s', async (_title, more, status, code) => {
    await expect(adminCertificate(more)).resolves.toMatchObject({ status, code })
  })

  it('lives as long as asked, from its issuance', async () => {
    const before = Date.now()
    const { body } = await adminCertificate({ user: 'jane', groups: ['dev', 'ops'], ttl: '24h' })
    const { subject, validity, names } = parseCertificatePem(String(body['certificate']))
    expect(formatName(subject)).toBe('CN=jane, O=ops, O=dev')
    expect(names).toEqual([])
    const life = validity.notAfter.getTime() + 1_000 - before
    expect(Math.abs(life - hours(24))).toBeLessThan(5_000)
  })

  it('is in the log with the operator and the subject', async () => {
    const { body } = await adminCertificate({ user: 'john', groups: ['system:masters'] })
    const { fingerprint } = parseCertificatePem(String(body['certificate']))
    const { body: log } = await server.operator('GET', '/v1/log?limit=1')
    expect(log['entries']).toMatchObject([
      {
        kind: 'certificate-issued',
        actor: expect.stringMatching(/^operator \w+/) as string,
        body: { subject: 'CN=john, O=system:masters', fingerprint, issuer: 'cluster-g1' },
      },
    ])
  })
})

describe('the socket of the operator', () => {
  it('is open to the user of the server alone', () => {
    const stats = lstatSync(join(server.directory, 'operator.sock'))
    expect(stats.isSocket()).toBe(true)
    expect(stats.mode & 0o777).toBe(0o600)
  })

  it.each(['limit=-1', 'limit=x', 'limit=100000', 'limit=1&limit=2', 'offset=1'])(
    'takes no query such as %s',
    async (query) => {
      await expect(server.operator('GET', `/v1/log?${query}`)).resolves.toMatchObject({
        status: 400,
        code: 'ERR_BODY_INVALID',
      })
    },
  )

  it('lists the newest first, and no more than asked', async () => {
    const { body } = await server.operator('GET', '/v1/log?limit=3')
    const sequences = (body['entries'] as { sequence: number }[]).map(({ sequence }) => sequence)
    expect(sequences).toHaveLength(3)
    expect(sequences).toEqual(sequences.toSorted((a, b) => b - a))
  })

  it('shows no key of a ticket, no certificate and no column of the database', async () => {
    const { body } = await server.operator('GET', '/v1/tickets')
    for (const ticket of body['tickets'] as object[])
      expect(Object.keys(ticket).toSorted()).toEqual([
        'clusterAdmin',
        'createdAt',
        'expiresAt',
        'id',
        'node',
        'requiredKey',
        'requiredRequest',
        'role',
        'state',
        'uses',
        'usesTaken',
      ])
  })

  it.each([
    [['node', 'list'], 'name'],
    [['certificate', 'list'], 'serialNumber'],
    [['issuer', 'list'], 'pin'],
    [['log', 'show'], 'sequence'],
  ])('answers the command %j', async (words, field) => {
    const { stdout, exitCode } = await server.ca(words)
    expect(exitCode).toBe(0)
    const records = JSON.parse(stdout) as object[]
    expect(records.length).toBeGreaterThan(0)
    for (const record of records) expect(record).toHaveProperty(field)
  })

  it('is missed with a hint where no server runs', async () => {
    const args = ['--output', 'json', '--data-directory', folder, 'node', 'list']
    await expect(runCaServer(args)).resolves.toMatchObject({
      code: 'ERR_SERVER_NOT_RUNNING',
      exitCode: 69,
    })
  })
})

describeWith('kubectl', 'ca-server kubeconfig', () => {
  /** Not synchronous: the stand-in for kube-apiserver lives in this very process. */
  const kubectl = async (file: string, ...args: readonly string[]): Promise<string> => {
    const env = { ...process.env, HOME: folder }
    const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', file, ...args], {
      env,
    })
    return stdout
  }

  const versionSeen = async (file: string): Promise<unknown> =>
    JSON.parse(await kubectl(file, 'get', '--raw', '/version'))

  const lifeOf = (certificate: string): number =>
    parseCertificatePem(certificate).validity.notAfter.getTime() - Date.now()

  it('writes a file of mode 0600 that kubectl reads and the cluster accepts', async () => {
    const file = join(folder, 'admin.kubeconfig')
    await expect(server.ca(['kubeconfig', '--out', file])).resolves.toMatchObject({ exitCode: 0 })
    expect(lstatSync(file).mode & 0o777).toBe(0o600)
    const view = JSON.parse(
      await kubectl(file, 'config', 'view', '--raw', '-o', 'json'),
    ) as Kubeconfig
    expect(view.clusters[0]?.cluster.server).toBe(apiserverUrl)
    const { user, name } = view.users[0] ?? {}
    expect(
      view.contexts.find((each) => each.name === view['current-context'])?.context,
    ).toMatchObject({ user: name, cluster: view.clusters[0]?.name })
    const certificate = Buffer.from(String(user?.['client-certificate-data']), 'base64').toString()
    expect(Math.abs(lifeOf(certificate) - hours(8))).toBeLessThan(30_000)
    await expect(versionSeen(file)).resolves.toEqual({
      major: 'kubernetes-admin',
      minor: 'system:masters',
    })
  })

  it('keeps key and certificates in files of their own where asked', async () => {
    const [file, files] = [join(folder, 'files.kubeconfig'), join(folder, 'credentials')]
    const words = ['kubeconfig', '--user', 'jane', '--group', 'dev', '--ttl', '1h']
    const made = await server.ca([...words, '--out', file, '--files', files])
    expect(made).toMatchObject({ exitCode: 0 })
    expect(entriesOf(files).map(({ mode, path }) => `${mode} ${path}`)).toEqual([
      '0700 .',
      '0644 ca.crt',
      '0644 client.crt',
      '0600 client.key',
    ])
    expect(readFileSync(file, 'utf8')).not.toContain('-data')
    await expect(versionSeen(file)).resolves.toEqual({ major: 'jane', minor: 'dev' })
  })

  it('goes to standard output without a flag, and fails by the server’s code', async () => {
    const { stdout } = await runCaServer(['--data-directory', server.directory, 'kubeconfig'])
    expect(parse(stdout)).toMatchObject({ kind: 'Config', apiVersion: 'v1' })
    const refused = await server.ca(['kubeconfig', '--user', 'system:admin'])
    expect(refused).toMatchObject({ code: 'ERR_SUBJECT_NOT_PERMITTED', exitCode: 77, stdout: '' })
  })

  it('leaves no file when it is refused', async () => {
    const file = join(folder, 'refused.kubeconfig')
    const refused = await server.ca(['kubeconfig', '--ttl', '48h', '--out', file])
    expect(refused).toMatchObject({ code: 'ERR_VALIDITY_NOT_PERMITTED', exitCode: 77 })
    expect(existsSync(file)).toBe(false)
  })
})

interface Kubeconfig {
  readonly 'current-context': string
  readonly clusters: readonly { name: string; cluster: { server: string } }[]
  readonly users: readonly { name: string; user: Record<string, string> }[]
  readonly contexts: readonly { name: string; context: Record<string, string> }[]
}
