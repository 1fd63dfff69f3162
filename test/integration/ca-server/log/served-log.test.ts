import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createNodeClient } from '@easycerts/adapters/ca-client'
import { openLogWitness } from '@easycerts/adapters/log-witness'
import { type LogEntry, requireLogged, verifySignedHead } from '@easycerts/shared/issuance-log'
import { generateSigningKey } from '@easycerts/shared/key'
import { isConsistent, rootFromInclusion } from '@easycerts/shared/merkle-log'
import { seconds } from '@easycerts/shared/time'
import { buildCertificateRequest, parseCertificatePem } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../../../support/ca-server-process.ts'
import { askCertificate, callAs, type Identity, joinNode } from '../../../support/joiner.ts'
import { tamper } from '../../../support/tamper.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { codeOfAsync } from '../../../support/to-throw-code.ts'

let server: CaServerProcess
let identity: Identity
beforeAll(async () => {
  server = await startCaServer()
  identity = await joinNode(server, 'worker-1')
})
afterAll(() => server.dispose())

const headNow = async () => {
  const { body } = await server.operator('GET', '/v1/log/head')
  const publicKey = Buffer.from(String(body['publicKey']), 'base64url')
  return { ...verifySignedHead(String(body['head']), publicKey), publicKey }
}
const hashesAt = async (path: string): Promise<Buffer[]> => {
  const { body } = await server.operator('GET', path)
  return (body['hashes'] as string[]).map((text) => Buffer.from(text, 'base64'))
}
const entriesOf = async (query = ''): Promise<LogEntry[]> =>
  (await server.operator('GET', `/v1/log${query}`)).body['entries'] as LogEntry[]

/** The client that certmgr uses, with what one node has seen of the log. */
const clientWith = async (directory: string, warnings: string[] = []) => {
  const { body } = await callAs(server, identity, 'GET', '/v1/node')
  return createNodeClient({
    endpoints: [`https://127.0.0.1:${server.nodePort}`],
    anchorPem: (body['trustBundles'] as Record<string, string>)['enrolment'] ?? '',
    identity: () => ({
      certificatePem: identity.certificate,
      keyPem: identity.key.exportPem(),
    }),
    timeout: seconds(10),
    witness: openLogWitness({ directory, onRestored: (text) => warnings.push(text) }),
  })
}
const newRequest = async () => buildCertificateRequest(await generateSigningKey('ecdsa-p256'))

describe('a certificate', () => {
  it('comes with the entry about it, proven to be in the log under a signed head', async () => {
    const { body } = await askCertificate(server, identity, 'kubelet-serving')
    const { publicKey } = await headNow()
    const receipt = body['log'] as { head: string; entry: string; inclusion: string[] }
    const { fingerprint, serialNumber } = parseCertificatePem(String(body['certificate']))
    const { head } = verifySignedHead(receipt.head, publicKey)
    expect(() => requireLogged(receipt, head, fingerprint)).not.toThrow()
    expect(receipt.entry.length).toBeLessThan(4096)
    const entry = JSON.parse(receipt.entry) as LogEntry
    expect(entry).toMatchObject({
      actor: 'node worker-1',
      origin: { via: 'tls', address: '127.0.0.1' },
      body: { node: 'worker-1', serialNumber },
    })
    expect(entry.changes.find(({ table }) => table === 'certificates')?.row).toMatchObject({
      der: { sha256: fingerprint },
      state: 'issued',
    })
  })

  it('is taken by a node that holds the CA to what it saw, one after another and all at once', async () => {
    const client = await clientWith(temporaryFolder())
    await client.node()
    for (let count = 0; count < 3; count++)
      await client.certificate('kubelet-serving', await newRequest())
    const requests = await Promise.all(Array.from({ length: 8 }, newRequest))
    const all = await Promise.all(requests.map((csr) => client.certificate('kubelet-serving', csr)))
    expect(new Set(all).size).toBe(8)
    client.close()
  })
})

describe('the log over HTTP', () => {
  it('proves that it only grows, and that each entry is in it', async () => {
    const before = await headNow()
    await askCertificate(server, identity, 'kubelet-serving')
    const after = await headNow()
    const [from, to] = [before.head.size, after.head.size]
    const proof = await hashesAt(`/v1/log/proof/consistency?from=${from}&to=${to}`)
    expect(isConsistent(before.head, after.head, proof)).toBe(true)
    const path = await hashesAt(`/v1/log/proof/inclusion?index=${to - 1}&size=${to}`)
    expect(path.length).toBeGreaterThan(0)
    expect(rootFromInclusion(Buffer.alloc(32), to - 1, to, path)).not.toEqual(after.head.root)
  })

  it('answers a node as well, and nobody with sizes that are not there', async () => {
    const { size } = (await headNow()).head
    const path = `/v1/node/log/proof/consistency?from=1&to=${size}`
    expect((await callAs(server, identity, 'GET', path)).body['hashes']).toBeInstanceOf(Array)
    expect((await callAs(server, identity, 'GET', '/v1/node/log/head')).status).toBe(200)
    for (const query of [`from=1&to=${size + 1}`, `from=${size}&to=1`, 'from=x&to=1', 'from=1'])
      expect((await server.operator('GET', `/v1/log/proof/consistency?${query}`)).code).toBe(
        'ERR_BODY_INVALID',
      )
    for (const query of ['index=0&size=0', `index=${size}&size=${size}`, 'index=-1&size=1'])
      expect((await server.operator('GET', `/v1/log/proof/inclusion?${query}`)).code).toBe(
        'ERR_BODY_INVALID',
      )
  })

  it('says of what the operator did who it was and from where', async () => {
    await joinNode(server, 'worker-2')
    const [created] = await entriesOf('?kind=ticket-created&node=worker-2')
    expect(created).toMatchObject({ origin: { via: 'operator-socket', address: null } })
    expect(created?.actor).toMatch(/^operator /)
    const [bound] = await entriesOf('?kind=ticket-bound&node=worker-2')
    expect(bound).toMatchObject({ origin: { via: 'tls', address: '127.0.0.1' } })
  })

  it('is searched by kind, node, serial number and time, a page at a time', async () => {
    const all = await entriesOf()
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => all.length - index))
    const { body } = await server.operator('GET', '/v1/log?limit=3')
    expect((body['entries'] as LogEntry[]).map(({ sequence }) => sequence)).toEqual(
      all.slice(0, 3).map(({ sequence }) => sequence),
    )
    const rest = await entriesOf(`?limit=1000&after=${String(body['next'])}`)
    expect(rest).toEqual(all.slice(3))
    const issued = all.find(({ kind }) => kind === 'certificate-issued')
    expect(await entriesOf(`?serial=${String(issued?.body['serialNumber'])}`)).toEqual([issued])
    expect(await entriesOf(`?until=${String(all.at(-1)?.at)}`)).toEqual([])
    expect((await entriesOf('?since=2099-01-01T00:00:00.000Z')).length).toBe(0)
  })
})

describe('log verify', () => {
  it('holds beside the running server, with a head from before and all signatures', async () => {
    const file = join(temporaryFolder(), 'head.txt')
    expect((await server.ca(['log', 'head', '--out', file])).exitCode).toBe(0)
    await askCertificate(server, identity, 'kubelet-serving')
    const { exitCode, stdout } = await server.ca(['log', 'verify', '--head', file, '--signatures'])
    expect(JSON.parse(stdout)).toMatchObject({
      differenceCount: 0,
      heads: [{ state: 'holds' }],
      rows: { issuers: 4, nodes: expect.any(Number) as number },
    })
    expect((JSON.parse(stdout) as { signatures: number }).signatures).toBeGreaterThan(3)
    expect(exitCode).toBe(0)
  })

  it('holds of an export, and not of one that was changed', async () => {
    const out = join(temporaryFolder(), 'log.jsonl')
    expect((await server.ca(['log', 'export', '--out', out])).exitCode).toBe(0)
    const good = await server.ca(['log', 'verify', '--export', out])
    expect(good.exitCode).toBe(0)
    const { readFileSync } = await import('node:fs')
    const text = readFileSync(out, 'utf8')
    writeFileSync(out, text.replace('"actor":"operator', '"actor":"0perator'))
    const bad = await server.ca(['log', 'verify', '--export', out])
    expect([bad.exitCode, bad.code]).toEqual([65, 'ERR_LOG_MISMATCH'])
    writeFileSync(out, text.split('\n').slice(0, -2).join('\n'))
    expect((await server.ca(['log', 'verify', '--export', out])).code).toBe('ERR_LOG_MALFORMED')
  })
})

describe('a database that somebody changed while the server was away', () => {
  it('is found when an old copy took its place: by nodes, and by a head kept elsewhere', async () => {
    const witnessed = temporaryFolder()
    const head = join(temporaryFolder(), 'head.txt')
    const old = join(temporaryFolder(), 'old.db')
    const database = join(server.directory, 'easycerts.db')
    await server.stop()
    cpSync(database, old)
    await server.start()
    const before = await clientWith(witnessed)
    await before.certificate('kubelet-serving', await newRequest())
    before.close()
    await server.ca(['log', 'head', '--out', head])
    await server.stop()
    for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true })
    cpSync(old, database)
    await server.start()

    const verified = await server.ca(['log', 'verify', '--head', head])
    expect([verified.exitCode, verified.code]).toEqual([65, 'ERR_LOG_MISMATCH'])
    expect(JSON.parse(verified.stdout)).toMatchObject({ differences: [{ table: 'head' }] })
    const client = await clientWith(witnessed)
    expect(await codeOfAsync(client.node())).toBe('ERR_LOG_INCONSISTENT')
    expect(await codeOfAsync(client.certificate('kubelet-serving', await newRequest()))).toBe(
      'ERR_LOG_INCONSISTENT',
    )
    client.close()
    const alarms = await entriesOf('?kind=log-contested')
    expect(alarms).toMatchObject([
      { actor: 'node worker-1', origin: { via: 'tls', address: '127.0.0.1' } },
    ])
  })

  it('is found when a row was changed', async () => {
    await server.stop()
    tamper(join(server.directory, 'easycerts.db'), `UPDATE nodes SET role = 'master'`)
    const { code, stdout } = await server.ca(['log', 'verify'])
    expect(code).toBe('ERR_LOG_MISMATCH')
    expect(stdout).toContain('in role')
  })

  it('does not come up with another key for its log', async () => {
    rmSync(join(server.directory, 'keys', 'log-g1.pem'))
    await expect(server.start()).rejects.toThrow('ERR_DATA_DIRECTORY_BROKEN')
  })
})
