import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseHost } from '@easycerts/shared/cluster'
import { generateSigningKey, parseSigningKey, type PublicKeyPin } from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  type Certificate,
  certificatePem,
  parseCertificate,
  validatePinnedPath,
} from '@easycerts/shared/x509'
import { type CaServerProcess, makeFolder, startCaServer } from '../../support/ca-server-process.ts'
import { type Forged, forgeCa, forgeCertificate } from '../../support/join/forge-certificate.ts'
import {
  askCertificate,
  callAs,
  connectAs,
  type Connection,
  type Identity,
  joinNode,
  openConnection,
  takeTicket,
} from '../../support/joiner.ts'
import { openssl } from '../../support/openssl.ts'
import { until } from '../../support/until.ts'

const TIME = '/v1/time?nonce=abcdefghijklmnop'

let server: CaServerProcess
let node: Identity
let enrolment: Forged
let folder: string
beforeAll(async () => {
  folder = makeFolder()
  server = await startCaServer({
    editConfig: (text) => text.replace(/caServer: \S+/, 'caServer: 20s'),
  })
  node = await joinNode(server, 'worker-1')
  enrolment = await enrolmentIssuer()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server.dispose()
})

/** The real issuer with its real key, which only whoever reads the data directory has. */
const enrolmentIssuer = async (): Promise<Forged> => {
  const connection = await openConnection(server.joinPort)
  const [, certificate] = chainOf(connection)
  connection.close()
  if (!certificate) throw new Error('the server shows no chain')
  const key = parseSigningKey(
    readFileSync(join(server.directory, 'keys', 'enrolment-g1.pem'), 'utf8'),
  )
  return { certificate, key, pem: certificatePem(certificate) }
}

/** What the server sent, leaf first. */
const chainOf = ({ socket }: Connection): Certificate[] => {
  const chain: Certificate[] = []
  let next = socket.getPeerCertificate(true)
  while (!chain.some(({ der }) => der.equals(next.raw))) {
    chain.push(parseCertificate(next.raw))
    next = next.issuerCertificate
  }
  return chain
}

const chainAt = async (port: number): Promise<Certificate[]> => {
  const connection = await connectAs({ nodePort: port }, node)
  try {
    return chainOf(connection)
  } finally {
    connection.close()
  }
}

const verify = ([leaf]: readonly Certificate[], host: string) => {
  const [ca, file] = [join(folder, 'enrolment.pem'), join(folder, 'leaf.pem')]
  writeFileSync(ca, enrolment.pem)
  writeFileSync(file, leaf ? certificatePem(leaf) : '')
  const name = host === 'localhost' ? '-verify_hostname' : '-verify_ip'
  return openssl([
    ...['verify', '-x509_strict', '-purpose', 'sslserver', name, host, '-CAfile', ca, file],
  ]).exitCode
}

const listeners = () => ({ join: server.joinPort, node: server.nodePort })
const LISTENERS = ['join', 'node'] as const

/** A first connection and one that offers its session again; whether the second was let in by it. */
const resumes = async (port: number, withCertificate: boolean): Promise<boolean> => {
  const first = await connectAs({ nodePort: port }, node)
  const session = once(first.socket, 'session') as Promise<[Buffer]>
  await first.send('GET', port === server.joinPort ? TIME : '/v1/node')
  const offered = (await session)[0]
  first.close()
  const second = withCertificate
    ? await connectAs({ nodePort: port }, node, { session: offered })
    : await openConnection(port, { session: offered })
  try {
    return second.socket.isSessionReused()
  } finally {
    second.close()
  }
}

/** Whether anything at all is answered to whoever shows this certificate. */
const isHeard = async (identity?: Identity): Promise<boolean> => {
  try {
    const connection = await (identity
      ? connectAs(server, identity)
      : openConnection(server.nodePort))
    await connection.send('GET', '/v1/node').finally(connection.close)
    return true
  } catch {
    return false
  }
}

const identityOf = ({ key, pem }: Forged): Identity => ({ key, certificate: pem })

const describeListeners = (): void => {
  it.each(LISTENERS)('shows a chain up to the pinned enrolment CA: %s', async (name) => {
    const chain = await chainAt(listeners()[name])
    expect(chain).toHaveLength(2)
    const { pins } = await takeTicket(server, 'worker-2')
    for (const host of ['127.0.0.1', 'localhost']) {
      validatePinnedPath(chain, pins as PublicKeyPin[], parseHost(host))
      expect(verify(chain, host)).toBe(0)
    }
    expect(verify(chain, '127.0.0.2')).not.toBe(0)
  })

  it.each(LISTENERS)('refuses TLS 1.2: %s', async (name) => {
    const maxVersion: SecureVersion = 'TLSv1.2'
    await expect(
      connectAs({ nodePort: listeners()[name] }, node, { maxVersion }),
    ).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
  })

  it.each(LISTENERS)('resumes no session: %s', async (name) => {
    await expect(resumes(listeners()[name], true)).resolves.toBe(false)
    await expect(resumes(listeners()[name], false)).resolves.toBe(false)
  })

  it('hears nodes of the enrolment CA alone', async () => {
    await expect(isHeard(node)).resolves.toBe(true)
    await expect(isHeard()).resolves.toBe(false)
    const stranger = await forgeCa('demo easycerts-enrolment-ca g1')
    const purposes = ['clientAuth'] as const
    const forged = await forgeCertificate({ commonName: 'worker-1', issuer: stranger, purposes })
    await expect(isHeard(identityOf(forged))).resolves.toBe(false)
  })
}

describe('a listener of ca-server', () => {
  describeListeners()

  it.each(['kubelet-client', 'kubelet-serving'])(
    'does not hear who shows a %s certificate of the cluster CA',
    async (profile) => {
      const key = await generateSigningKey('ecdsa-p256')
      const { body } = await askCertificate(server, node, profile, key)
      await expect(isHeard({ key, certificate: String(body['certificate']) })).resolves.toBe(false)
    },
  )

  it('does not hear an administrator of the cluster', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const { body, status } = await server.operator('POST', '/v1/admin-certificates', {
      csr: buildCertificateRequest(key),
      user: 'kubernetes-admin',
      groups: ['system:masters'],
      ttl: '1h',
    })
    expect(status).toBe(200)
    await expect(isHeard({ key, certificate: String(body['certificate']) })).resolves.toBe(false)
  })

  it('knows by its records who it is, not by the signature of its CA', async () => {
    const unrecorded = await forgeCertificate({
      commonName: 'worker-1',
      issuer: enrolment,
      purposes: ['clientAuth'],
    })
    const answer = await callAs(server, identityOf(unrecorded), 'GET', '/v1/node')
    expect(answer).toMatchObject({ status: 401, code: 'ERR_IDENTITY_UNKNOWN' })
  })

  it('asks no certificate of who joins', async () => {
    const connection = await openConnection(server.joinPort)
    await expect(connection.send('GET', TIME)).resolves.toMatchObject({ status: 200 })
    connection.close()
  })

  it('keeps an idle connection open for a minute', async () => {
    const { headers } = await callAs(server, node, 'GET', '/v1/node')
    expect(headers['keep-alive']).toBe('timeout=60')
  })
})

describe('a listener of ca-server after it renewed its certificate', () => {
  let before: { serial: string | undefined; connections: Connection[] }
  beforeAll(async () => {
    const connections = [await openConnection(server.joinPort), await connectAs(server, node)]
    const [joining, calling] = connections
    // Who never asks anything is cut off after ten seconds.
    await joining?.send('GET', TIME)
    await calling?.send('GET', '/v1/node')
    before = { serial: (await chainAt(server.joinPort))[0]?.serialNumber, connections }
    // Renewal falls between 10 and 13 1/3 seconds of the life of 20.
    const isRenewed = async () =>
      (await chainAt(server.joinPort))[0]?.serialNumber !== before.serial
    await until(isRenewed, { within: 20_000, every: 250 })
  })
  afterAll(() => {
    for (const connection of before.connections) connection.close()
  })

  it.each(LISTENERS)('shows the new one: %s', async (name) => {
    const [leaf] = await chainAt(listeners()[name])
    expect(leaf?.serialNumber).not.toBe(before.serial)
    expect(leaf?.validity.notAfter.getTime()).toBeGreaterThan(Date.now())
  })

  it('has dropped no open connection', async () => {
    const [joining, calling] = before.connections
    await expect(joining?.send('GET', TIME)).resolves.toMatchObject({ status: 200 })
    await expect(calling?.send('GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
  })

  it('has recorded every certificate it showed', async () => {
    const [leaf] = await chainAt(server.joinPort)
    const { body } = await server.operator('GET', '/v1/certificates')
    const issued = (body['certificates'] as { serialNumber: string; profile: string }[])
      .filter(({ profile }) => profile === 'ca-server')
      .map(({ serialNumber }) => serialNumber)
    expect(issued).toEqual(expect.arrayContaining([before.serial, leaf?.serialNumber]))
  })

  describeListeners()
})
