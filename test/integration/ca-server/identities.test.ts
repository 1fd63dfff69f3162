import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePem, sha256Hex } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, formatName, parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import {
  askCertificate,
  callAs,
  connectAs,
  type Identity,
  joinNode,
  joinWith,
  takeTicket,
} from '../../support/joiner.ts'

let server: CaServerProcess
beforeAll(async () => {
  server = await startCaServer()
})
afterAll(() => server.dispose())

let count = 0
const nextName = (): string => `worker-${++count}`
const newKey = (): Promise<ExportableKey> => generateSigningKey('ecdsa-p256')

const confirm = (identity: Identity) => callAs(server, identity, 'POST', '/v1/identity/confirm', {})

const askRenewal = (identity: Identity, key: ExportableKey) =>
  callAs(server, identity, 'POST', '/v1/identity/renew', { csr: buildCertificateRequest(key) })

/** A pending successor that the server has given. */
const renew = async (identity: Identity, key?: ExportableKey): Promise<Identity> => {
  const own = key ?? (await newKey())
  const { body, code } = await askRenewal(identity, own)
  expect(code).toBeUndefined()
  return { key: own, certificate: String(body['certificate']) }
}

const SUPERSEDED = { status: 401, code: 'ERR_IDENTITY_SUPERSEDED' }

const kindsInLog = async (identity: Identity): Promise<string[]> => {
  const own = sha256Hex(decodePem('CERTIFICATE', identity.certificate))
  const { body } = await server.operator('GET', '/v1/log')
  return (body['entries'] as { kind: string; body: { fingerprint?: string } }[])
    .filter((entry) => entry.body.fingerprint === own)
    .map(({ kind }) => kind)
}

describe('an identity that is not confirmed yet', () => {
  it('may look at itself and confirm, and nothing else', async () => {
    const identity = await joinWith(server, await takeTicket(server, nextName()))
    await expect(callAs(server, identity, 'GET', '/v1/node')).resolves.toMatchObject({
      status: 200,
    })
    for (const answer of [
      await askCertificate(server, identity, 'kubelet-client'),
      await askRenewal(identity, await newKey()),
    ])
      expect(answer).toMatchObject({ status: 401, code: 'ERR_IDENTITY_UNKNOWN' })
    for (let time = 0; time < 2; time++)
      await expect(confirm(identity)).resolves.toMatchObject({
        status: 200,
        body: { confirmed: true },
      })
    await expect(askCertificate(server, identity, 'kubelet-client')).resolves.toMatchObject({
      status: 200,
    })
    expect(await kindsInLog(identity)).toEqual(['identity-confirmed', 'certificate-issued'])
  })
})

describe('a renewal of an identity', () => {
  it('gives the same key the same certificate until it is confirmed', async () => {
    const current = await joinNode(server, nextName())
    const key = await newKey()
    const first = await renew(current, key)
    await expect(renew(current, key)).resolves.toEqual(first)
    expect(first.certificate).not.toBe(current.certificate)
    expect(parseCertificatePem(first.certificate).pin).toBe(key.publicKey.pin)
  })

  it('by another key takes the place of the pending one', async () => {
    const current = await joinNode(server, nextName())
    const first = await renew(current)
    const second = await renew(current)
    await expect(confirm(first)).resolves.toMatchObject(SUPERSEDED)
    await expect(confirm(second)).resolves.toMatchObject({ status: 200 })
    expect(await kindsInLog(first)).toEqual(['identity-superseded', 'certificate-issued'])
  })

  it('leaves the current one in force, and its confirmation retires it', async () => {
    const current = await joinNode(server, nextName())
    const next = await renew(current)
    await expect(askCertificate(server, current, 'kubelet-client')).resolves.toMatchObject({
      status: 200,
    })
    await expect(confirm(next)).resolves.toMatchObject({ status: 200 })
    for (const answer of [
      await callAs(server, current, 'GET', '/v1/node'),
      await askCertificate(server, current, 'kubelet-client'),
      await askRenewal(current, await newKey()),
      await confirm(current),
    ])
      expect(answer).toMatchObject(SUPERSEDED)
    await expect(askCertificate(server, next, 'kubelet-client')).resolves.toMatchObject({
      status: 200,
    })
  })

  it('needs a new key', async () => {
    const current = await joinNode(server, nextName())
    await expect(askRenewal(current, current.key)).resolves.toMatchObject({
      status: 400,
      code: 'ERR_CSR_KEY_REJECTED',
    })
  })

  it('that was pending dies with the identity that a ticket replaced', async () => {
    const name = nextName()
    const stolen = await joinNode(server, name)
    const pending = await renew(stolen)
    const rescued = await joinWith(server, await takeTicket(server, name, { replace: true }))
    await confirm(rescued)
    await expect(confirm(pending)).resolves.toMatchObject(SUPERSEDED)
    await expect(callAs(server, rescued, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
  })

  it('does not hide behind a ticket: two keys of one node are never pending at once', async () => {
    const name = nextName()
    const current = await joinNode(server, name)
    const first = await renew(current)
    await joinWith(server, await takeTicket(server, name, { replace: true }))
    await renew(current)
    await expect(confirm(first)).resolves.toMatchObject(SUPERSEDED)
  })
})

describe('the requester', () => {
  it('is looked up on every request of a connection', async () => {
    const current = await joinNode(server, nextName())
    const connection = await connectAs(server, current)
    await expect(connection.send('GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
    await confirm(await renew(current))
    await expect(connection.send('GET', '/v1/node')).resolves.toMatchObject(SUPERSEDED)
    connection.close()
  })
})

describe('a certificate for a node', () => {
  let worker: Identity
  let master: Identity
  beforeAll(async () => {
    worker = await joinNode(server, 'node-w')
    master = await joinNode(server, 'node-m', { role: 'master' })
  })

  it('is of its role and for itself', async () => {
    const { body } = await askCertificate(server, worker, 'kubelet-client')
    const { subject, names } = parseCertificatePem(String(body['certificate']))
    expect(formatName(subject)).toBe('CN=system:node:node-w, O=system:nodes')
    expect(names).toEqual([])
  })

  it.each([
    ['kube-apiserver', 'ERR_PROFILE_NOT_PERMITTED'],
    ['etcd-peer', 'ERR_PROFILE_NOT_PERMITTED'],
    ['cluster-admin', 'ERR_PROFILE_NOT_PERMITTED'],
    ['admin', 'ERR_PROFILE_NOT_PERMITTED'],
    ['ca-server', 'ERR_PROFILE_NOT_PERMITTED'],
    ['no-such-profile', 'ERR_PROFILE_UNKNOWN'],
    ['__proto__', 'ERR_PROFILE_UNKNOWN'],
  ])('is refused to a worker by profile %s', async (profile, code) => {
    await expect(askCertificate(server, worker, profile)).resolves.toMatchObject({
      status: 403,
      code,
    })
  })

  it('is of cluster-admin only for a master whose ticket said so', async () => {
    await expect(askCertificate(server, master, 'cluster-admin')).resolves.toMatchObject({
      status: 403,
      code: 'ERR_PROFILE_NOT_PERMITTED',
    })
    const admin = await joinNode(server, 'node-a', { role: 'master', clusterAdmin: true })
    const { body } = await askCertificate(server, admin, 'cluster-admin')
    const { subject } = parseCertificatePem(String(body['certificate']))
    expect(formatName(subject)).toBe('CN=cluster-admin, O=system:masters')
  })

  it('is never for a key of another node, nor for the key of an operator', async () => {
    const key = await newKey()
    await expect(askCertificate(server, worker, 'kubelet-client', key)).resolves.toMatchObject({
      status: 200,
    })
    for (const refused of [
      await askCertificate(server, master, 'kubelet-client', key),
      await askCertificate(server, master, 'kubelet-client', worker.key),
      await server.operator('POST', '/v1/admin-certificates', {
        csr: buildCertificateRequest(key),
        user: 'jane',
        groups: [],
        ttl: '1h',
      }),
    ])
      expect(refused).toMatchObject({ status: 400, code: 'ERR_CSR_KEY_REJECTED' })
  })

  it('is asked for by a node that the operator sees', async () => {
    const { body } = await server.operator('GET', '/v1/nodes')
    const seen = (body['nodes'] as { name: string }[]).find(({ name }) => name === 'node-w')
    expect(seen).toMatchObject({ role: 'worker', state: 'joined', clusterAdmin: false })
    expect(seen).toHaveProperty('lastSeenAt', expect.stringMatching(/^20/))
  })
})
