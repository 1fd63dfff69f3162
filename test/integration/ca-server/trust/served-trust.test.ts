import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePem } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { acceptFirstTrust, parseSignedTrust, recallTrust, walkTrust } from '@easycerts/shared/trust'
import { buildCertificateRequest, parseCertificateChain } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataPaths } from '../../../../apps/ca-server/src/config/index.ts'
import { type CaServerProcess, startCaServer } from '../../../support/ca-server-process.ts'
import {
  callAs,
  type Identity,
  joinNode,
  openConnection,
  takeTicket,
  tryJoin,
} from '../../../support/joiner.ts'
import { openssl } from '../../../support/openssl.ts'
import { runInProcess } from '../../../support/run-in-process.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

let ca: CaServerProcess
let worker: Identity
let master: Identity
beforeAll(async () => {
  ca = await startCaServer()
  worker = await joinNode(ca, 'worker-1')
  master = await joinNode(ca, 'master-1', { role: 'master' })
})
afterAll(() => ca.dispose())

interface Page {
  readonly documents: readonly unknown[]
  readonly latest: number
}

const page = async (identity: Identity, after: number | string): Promise<Page> => {
  const { body } = await callAs(ca, identity, 'GET', `/v1/trust?after=${after}`)
  return body as unknown as Page
}
const tell = (identity: Identity, publicKey: string) =>
  callAs(ca, identity, 'POST', '/v1/service-account-key', { publicKey })
const newKey = async (): Promise<string> =>
  encodePem('PUBLIC KEY', (await generateSigningKey('rsa-2048')).publicKey.spki)
const command = async (...args: readonly string[]) => {
  const { stdout, ...rest } = await runInProcess(['--data-directory', ca.directory, ...args])
  return { ...rest, result: (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, unknown> }
}

describe('a join', () => {
  it('brings the newest document, believed by the pin of the ticket alone', async () => {
    const ticket = await takeTicket(ca, 'worker-2')
    const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
    const { body } = await tryJoin(ca, ticket, { csr })
    const [, anchor] = parseCertificateChain(await shownChain())
    if (!anchor) throw new Error('the listener shows no issuer')
    expect(ticket.pins).toEqual([anchor.pin])
    const facts = { anchor, cluster: 'demo', now: new Date() }
    expect(acceptFirstTrust(body['trust'], facts).document.cluster.name).toBe('demo')
  })

  /** Leaf and enrolment issuer, as PEM. */
  const shownChain = async (): Promise<string> => {
    const { socket, close } = await openConnection(ca.joinPort)
    const leaf = socket.getPeerCertificate(true)
    close()
    return [leaf.raw, leaf.issuerCertificate.raw]
      .map((der) => encodePem('CERTIFICATE', der))
      .join('')
  }
})

describe('the node listener', () => {
  it('serves what follows a version, and the number of the newest, to nodes of every role', async () => {
    for (const identity of [worker, master]) {
      expect(await page(identity, 0)).toMatchObject({ documents: [{}], latest: 1 })
      expect(await page(identity, 1)).toEqual({ documents: [], latest: 1 })
    }
  })

  it.each(['-1', '1e3', '01', '', 'x', '99999999999999999999'])(
    'refuses to go on after "%s"',
    async (after) => {
      const { code } = await callAs(ca, worker, 'GET', `/v1/trust?after=${after}`)
      expect(code).toBe('ERR_BODY_INVALID')
    },
  )

  it('takes a master’s key for service-account tokens, and shows it to every node', async () => {
    const [{ documents: before }, key] = [await page(worker, 0), await newKey()]
    const told = await tell(master, key)
    expect(told).toMatchObject({ status: 200, body: { trustVersion: 2 } })
    expect(await tell(master, key)).toMatchObject({ body: told.body })
    const { documents } = await page(worker, 1)
    const start = recallTrust(parseSignedTrust(before[0]))
    if (start.kind !== 'accepted') throw new Error(start.kind)
    const step = walkTrust(start.trust, parseSignedTrust(documents[0]))
    if (step.kind !== 'accepted') throw new Error(JSON.stringify(step))
    expect(step.trust.document.purposes['service-account']).toEqual([
      { id: told.body['id'], publicKey: key, state: 'distributed' },
    ])
  })

  it('takes none from a worker, none that is malformed, and nothing beside it', async () => {
    const key = await newKey()
    expect(await tell(worker, key)).toMatchObject({ code: 'ERR_REQUESTER_NOT_PERMITTED' })
    expect(await tell(master, 'x')).toMatchObject({ code: 'ERR_PEM_MALFORMED' })
    const more = { publicKey: key, node: 'master-2' }
    const { code } = await callAs(ca, master, 'POST', '/v1/service-account-key', more)
    expect(code).toBe('ERR_BODY_INVALID')
  })

  it('tells nobody who shows no identity', async () => {
    const connection = await openConnection(ca.nodePort)
    await expect(connection.send('GET', '/v1/trust?after=0')).rejects.toThrow()
    connection.close()
    const { socket, send, close } = await openConnection(ca.joinPort)
    expect(socket.encrypted).toBe(true)
    expect((await send('GET', '/v1/trust?after=0')).code).toBe('ERR_ROUTE_UNKNOWN')
    close()
  })

  it('takes no trust key for an identity', async () => {
    const folder = temporaryFolder()
    await command('trust', 'export', '--parts', folder)
    const cert = readFileSync(join(folder, 'trust-key.crt'), 'utf8')
    const key = readFileSync(dataPaths(ca.directory).issuerKey('trust-g1'), 'utf8')
    const connection = await openConnection(ca.nodePort, { cert, key })
    await expect(connection.send('GET', '/v1/trust?after=0')).rejects.toThrow()
    connection.close()
  })
})

describe('ca-server trust', () => {
  it('show names every CA and key with its purpose and state', async () => {
    const { result } = await command('trust', 'show')
    const entries = result['entries'] as { purpose: string; id: string; state: string }[]
    expect(entries.map(({ purpose, id, state }) => `${purpose} ${id} ${state}`)).toEqual([
      'client-ca cluster-g1 active',
      'server-ca cluster-g1 active',
      'etcd-client etcd-g1 active',
      'etcd-peer etcd-g1 active',
      'front-proxy front-proxy-g1 active',
      'enrolment enrolment-g1 active',
      expect.stringMatching(/^service-account master-1-[0-9a-f]{16} distributed$/),
      expect.stringMatching(/^trust-key [0-9a-f]{16} active$/),
      expect.stringMatching(/^log-key [0-9a-f]{16} active$/),
    ])
    expect(result).toMatchObject({ version: 2, cluster: { name: 'demo' } })
  })

  it('show tells of an earlier version, and of none that there is not', async () => {
    expect(await command('trust', 'show', '--number', '1')).toMatchObject({
      result: { version: 1 },
    })
    expect(await command('trust', 'show', '--number', '7')).toMatchObject({ code: 'ERR_USAGE' })
    expect(await command('trust', 'show', '--number', 'x')).toMatchObject({ code: 'ERR_USAGE' })
  })

  it('export writes all versions, each as it was signed', async () => {
    const out = join(temporaryFolder(), 'trust.jsonl')
    expect(await command('trust', 'export', '--all', '--out', out)).toMatchObject({
      result: { versions: [1, 2] },
    })
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n')
    const { documents } = await page(worker, 0)
    expect(lines.map((line) => parseSignedTrust(JSON.parse(line)).signed.document)).toEqual(
      documents.map((each) => parseSignedTrust(each).signed.document),
    )
  })

  it('export writes parts that openssl finds signed, by a key that the enrolment CA certified', async () => {
    const folder = temporaryFolder()
    await command('trust', 'export', '--parts', folder)
    const file = (name: string): string => join(folder, name)
    const signed = () =>
      openssl([
        ...['pkeyutl', '-verify', '-pubin', '-inkey', file('trust-key.pub'), '-rawin'],
        ...['-in', file('message.bin'), '-sigfile', file('signature.bin')],
      ])
    expect(signed()).toMatchObject({ exitCode: 0, stdout: 'Signature Verified Successfully\n' })
    const verified = openssl([
      ...['verify', '-x509_strict', '-CAfile', file('enrolment-ca.crt'), file('trust-key.crt')],
    ])
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
    const asServer = openssl([
      ...['verify', '-purpose', 'sslclient', '-CAfile', file('enrolment-ca.crt')],
      file('trust-key.crt'),
    ])
    expect(asServer.exitCode).not.toBe(0)
    const key = openssl(['x509', '-in', file('trust-key.crt'), '-noout', '-pubkey']).stdout
    expect(key).toBe(readFileSync(file('trust-key.pub'), 'utf8'))
    const digest = openssl(['dgst', '-sha256', '-binary', '-hex', file('document.json')]).stdout
    const message = readFileSync(file('message.bin'))
    expect(digest.trim().split('= ')[1]).toBe(message.subarray(-32).toString('hex'))
    expect(message.subarray(0, -32).toString('latin1')).toBe('easycerts trust v1\0')

    message.writeUInt8(message.readUInt8(40) ^ 1, 40)
    writeFileSync(file('message.bin'), message)
    expect(signed().exitCode).not.toBe(0)
  })

  it('export is of public things: no private key is among them', async () => {
    const folder = temporaryFolder()
    await command('trust', 'export', '--parts', folder)
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), 'latin1'), name).not.toContain('PRIVATE')
    expect(statSync(join(folder, 'document.json')).mode & 0o777).toBe(0o644)
  })

  it('pin gives what a node can be compared with', async () => {
    const { result } = await command('trust', 'pin')
    const { documents } = await page(worker, 1)
    const { document } = parseSignedTrust(documents.at(-1))
    const { pins } = await takeTicket(ca, 'worker-9')
    expect(result).toMatchObject({
      version: 2,
      cluster: { name: 'demo', id: document.cluster.id },
      enrolment: [{ pin: pins[0] }],
      trustKeys: document.trustKeys.map(({ id, state }) => ({ id, state })),
    })
  })
})

it('a restart changes nothing, and a new address makes a version', async () => {
  const { config } = dataPaths(ca.directory)
  await ca.stop()
  await ca.start()
  expect((await page(worker, 0)).latest).toBe(2)
  await ca.stop()
  const text = readFileSync(config, 'utf8')
  writeFileSync(config, text.replace(/^addresses:\n/m, 'addresses:\n  - ca.elsewhere.example\n'))
  await ca.start()
  const { documents, latest } = await page(worker, 2)
  expect(latest).toBe(3)
  expect(parseSignedTrust(documents[0]).document.endpoints.join.join()).toContain('elsewhere')
})
