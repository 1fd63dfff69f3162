import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePem, sha256Hex } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import {
  askCertificate,
  callAs,
  connectAs,
  type Connection,
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

interface Revoked {
  readonly profile: string
  readonly serialNumber: string
  readonly wasRevoked: boolean
}

interface Reply {
  readonly revoked: readonly Revoked[]
  readonly ends: readonly {
    readonly where: string
    readonly when: string
    readonly at: string | null
  }[]
}

/** `ca-server certificate revoke` with these words; its JSON. */
const revoke = async (...words: readonly string[]): Promise<Reply> => {
  const { exitCode, stdout, stderr } = await server.ca(['certificate', 'revoke', ...words])
  expect(exitCode, stderr).toBe(0)
  return JSON.parse(stdout) as Reply
}

const profilesIn = ({ revoked }: Reply): string[] => revoked.map(({ profile }) => profile).sort()
const fingerprintOf = ({ certificate }: Identity) =>
  sha256Hex(decodePem('CERTIFICATE', certificate))
const serialOf = (pem: unknown) => parseCertificatePem(String(pem)).serialNumber
const csr = async () => buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
const REVOKED = { status: 401, code: 'ERR_IDENTITY_REVOKED' }
const FINE = { status: 200 }

const renew = async (identity: Identity): Promise<Identity> => {
  const key = await generateSigningKey('ecdsa-p256')
  const body = { csr: buildCertificateRequest(key) }
  const answer = await callAs(server, identity, 'POST', '/v1/identity/renew', body)
  expect(answer).toMatchObject(FINE)
  return { key, certificate: String(answer.body['certificate']) }
}
const confirm = (identity: Identity) => callAs(server, identity, 'POST', '/v1/identity/confirm', {})

/** A connection that has been used, so that the handshake is over on both sides. */
const openAs = async (identity: Identity): Promise<Connection> => {
  const connection = await connectAs(server, identity)
  await expect(connection.send('GET', '/v1/node')).resolves.toMatchObject(FINE)
  return connection
}

describe('a node that is revoked', () => {
  it('loses its open connections at once, and its identity for everything', async () => {
    const [name, other] = [nextName(), nextName()]
    const identity = await joinNode(server, name)
    const bystander = await joinNode(server, other)
    const connections = [await openAs(identity), await openAs(identity)]
    const kept = await openAs(bystander)
    const closed = connections.map(({ socket }) => once(socket, 'close'))
    await revoke('--node', name, '--reason', 'keyCompromise')
    await Promise.all(closed)
    await expect(kept.send('GET', '/v1/node')).resolves.toMatchObject(FINE)
    kept.close()
    for (const answer of [
      await callAs(server, identity, 'GET', '/v1/node'),
      await askCertificate(server, identity, 'kubelet-client'),
      await callAs(server, identity, 'POST', '/v1/identity/renew', { csr: await csr() }),
      await confirm(identity),
    ])
      expect(answer).toMatchObject(REVOKED)
  })

  it('has all its certificates revoked, and no other node has', async () => {
    const [name, other] = [nextName(), nextName()]
    const identity = await joinNode(server, name)
    await joinNode(server, other)
    await askCertificate(server, identity, 'kubelet-client')
    await askCertificate(server, identity, 'kubelet-serving')
    const reply = await revoke('--node', name)
    expect(profilesIn(reply)).toEqual(['kubelet-client', 'kubelet-serving', 'node-identity'])
    expect(reply.revoked.every(({ wasRevoked }) => !wasRevoked)).toBe(true)
    const again = await revoke('--node', name)
    expect(again.revoked.every(({ wasRevoked }) => wasRevoked)).toBe(true)
    expect(again.ends).toEqual(reply.ends)
  })

  it('comes back with a new ticket that says so, and no sooner', async () => {
    const name = nextName()
    const identity = await joinNode(server, name)
    await revoke('--node', name)
    await expect(takeTicket(server, name)).rejects.toThrow('ERR_NODE_EXISTS')
    const fresh = await joinNode(server, name, { replace: true })
    await expect(askCertificate(server, fresh, 'kubelet-client')).resolves.toMatchObject(FINE)
    await expect(callAs(server, identity, 'GET', '/v1/node')).resolves.toMatchObject(REVOKED)
  })

  it('does not get in by an identity that it has not confirmed yet', async () => {
    const name = nextName()
    const pending = await joinWith(server, await takeTicket(server, name))
    await revoke('--node', name)
    await expect(confirm(pending)).resolves.toMatchObject(REVOKED)
  })
})

describe('an identity that is revoked', () => {
  it('takes along what it asked for, and its successors with theirs, and nothing older', async () => {
    const name = nextName()
    const first = await joinNode(server, name)
    const { body: older } = await askCertificate(server, first, 'kubelet-client')
    const second = await renew(first)
    await confirm(second)
    const { body: own } = await askCertificate(server, second, 'kubelet-client')
    const third = await renew(second)
    await confirm(third)
    const { body: younger } = await askCertificate(server, third, 'kubelet-serving')
    const { revoked } = await revoke('--identity', fingerprintOf(second))
    const serials = revoked.map(({ serialNumber }) => serialNumber)
    expect(serials.sort()).toEqual(
      [
        serialOf(second.certificate),
        serialOf(third.certificate),
        serialOf(own['certificate']),
        serialOf(younger['certificate']),
      ].sort(),
    )
    expect(serials).not.toContain(serialOf(older['certificate']))
    await expect(callAs(server, third, 'GET', '/v1/node')).resolves.toMatchObject(REVOKED)
  })

  it('is the current one where a node is named', async () => {
    const name = nextName()
    const identity = await joinNode(server, name)
    const { revoked } = await revoke('--identity', name)
    expect(revoked.map(({ serialNumber }) => serialNumber)).toEqual([
      serialOf(identity.certificate),
    ])
  })

  it('by its serial number alone leaves a successor that nobody can confirm', async () => {
    const name = nextName()
    const identity = await joinNode(server, name)
    const successor = await renew(identity)
    await revoke(serialOf(identity.certificate))
    await expect(confirm(successor)).resolves.toMatchObject(REVOKED)
  })
})

describe('one certificate that is revoked', () => {
  it('leaves the identity alone', async () => {
    const identity = await joinNode(server, nextName())
    const { body } = await askCertificate(server, identity, 'kubelet-client')
    await revoke(serialOf(body['certificate']), '--reason', 'superseded')
    await expect(askCertificate(server, identity, 'kubelet-client')).resolves.toMatchObject(FINE)
  })

  it('ends when kube-apiserver sees it end, says the command', async () => {
    const identity = await joinNode(server, nextName())
    const { body } = await askCertificate(server, identity, 'kubelet-client')
    const { ends } = await revoke(serialOf(body['certificate']))
    const { notAfter } = parseCertificatePem(String(body['certificate'])).validity
    expect(ends[0]).toMatchObject({ when: 'time', at: notAfter.toISOString() })
    expect(ends[0]?.where).toContain('kube-apiserver')
  })

  it.each([
    [['abcdef'], 'ERR_CERTIFICATE_UNKNOWN'],
    [['--node', 'nobody'], 'ERR_CERTIFICATE_UNKNOWN'],
    [['--identity', 'f'.repeat(64)], 'ERR_CERTIFICATE_UNKNOWN'],
    [['abcdef', '--issuer', 'nobody'], 'ERR_CERTIFICATE_UNKNOWN'],
    [['xyz'], 'ERR_USAGE'],
    [[], 'ERR_USAGE'],
    [['abcdef', '--node', 'worker-1'], 'ERR_USAGE'],
    [['abcdef', '--reason', 'certificateHold'], 'ERR_USAGE'],
    [['--node', '../etc'], 'ERR_NAME_INVALID'],
  ])('is refused for %j', async (words, code) => {
    const result = await server.ca(['certificate', 'revoke', ...words])
    expect(result.code).toBe(code)
  })
})

describe('ca-server crl', () => {
  it('shows every issuer’s CRL and exports one as it is served', async () => {
    const { stdout } = await server.ca(['crl', 'show'])
    const crls = JSON.parse(stdout) as { issuer: string; number: number }[]
    expect(crls.map(({ issuer }) => issuer).sort()).toEqual([
      'cluster-g1',
      'enrolment-g1',
      'etcd-g1',
      'front-proxy-g1',
    ])
    const exported = await server.ca(['crl', 'export', '--issuer', 'etcd-g1'])
    const { pem } = JSON.parse(exported.stdout) as { pem: string }
    const served = await fetch(`http://127.0.0.1:${server.publicPort}/crl/etcd-g1.pem`)
    expect(pem).toBe(await served.text())
  })

  it('is refused for an issuer that is not there', async () => {
    expect((await server.ca(['crl', 'export', '--issuer', 'nobody'])).code).toBe(
      'ERR_CERTIFICATE_UNKNOWN',
    )
    expect((await server.ca(['crl', 'export'])).code).toBe('ERR_USAGE')
  })
})

describe('a certificate says of its revocation', () => {
  const pointersOf = (pem: unknown) => {
    const { extensions } = parseCertificatePem(String(pem))
    const names = { crl: '2.5.29.31', access: '1.3.6.1.5.5.7.1.1', none: '2.5.29.56' }
    return Object.entries(names).flatMap(([name, oid]) => (extensions.has(oid) ? [name] : []))
  }

  it('where CRL and issuer are; and an identity, that only this CA decides', async () => {
    const identity = await joinNode(server, nextName())
    const { body } = await askCertificate(server, identity, 'kubelet-serving')
    expect(pointersOf(body['certificate'])).toEqual(['crl', 'access'])
    expect(pointersOf(identity.certificate)).toEqual([])
  })

  it('that there is nothing, if it lives for a day or less (RFC 9608)', async () => {
    const request = { csr: await csr(), user: 'jane', groups: ['developers'], ttl: '24h' }
    const { body } = await server.operator('POST', '/v1/admin-certificates', request)
    expect(pointersOf(body['certificate'])).toEqual(['none'])
  })
})
