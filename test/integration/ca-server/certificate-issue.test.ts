import { createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { LogReceipt } from '@easycerts/shared/issuance-log'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { joinNode } from '../../support/joiner.ts'

let server: CaServerProcess
const folder = mkdtempSync(join(tmpdir(), 'easycerts-issue-'))
beforeAll(async () => {
  server = await startCaServer()
  await joinNode(server, 'worker-1', { hosts: ['10.0.0.11'] })
})
afterAll(async () => {
  await server.dispose()
  rmSync(folder, { recursive: true, force: true })
})

let directories = 0
const newDirectory = (): string => join(folder, `out-${++directories}`)

const command = async (...args: readonly string[]) => {
  const { stdout, ...rest } = await server.ca(['certificate', ...args])
  return { ...rest, result: (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, unknown> }
}

const issueNew = async (...args: readonly string[]) => {
  const out = newDirectory()
  return { out, ...(await command('issue', '--new-key', '--out', out, ...args)) }
}

const certificateIn = (path: string) => new X509Certificate(readFileSync(path))

const modeOf = (path: string): number => statSync(path).mode & 0o777

/** A server on a socket of its own that passes calls on, and spoils what it answers. */
const startLiar = async (spoil: (body: Record<string, unknown>) => void) => {
  const directory = mkdtempSync(join(folder, 'liar-'))
  const liar = createServer((request, response) => {
    void (async () => {
      const sent = await text(request)
      const asked = sent === '' ? undefined : (JSON.parse(sent) as unknown)
      const method = request.method === 'POST' ? 'POST' : 'GET'
      const { status, body } = await server.operator(method, request.url ?? '', asked)
      spoil(body)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })()
  })
  await once(liar.listen(join(directory, 'operator.sock')), 'listening')
  return { directory, close: () => liar.close() }
}

describe('certificate issue', () => {
  it.each([
    ['no proof', 'ERR_LOG_UNPROVEN', (log: LogReceipt) => ({ ...log, inclusion: [] })],
    [
      'the proof of another certificate',
      'ERR_LOG_UNPROVEN',
      (log: LogReceipt) => ({ ...log, entry: log.entry.replace(/"fingerprint":"../, '$&00') }),
    ],
    [
      'a head that nobody signed',
      'ERR_LOG_MALFORMED',
      (log: LogReceipt) => ({ ...log, head: 'x' }),
    ],
  ])('writes no file for a certificate with %s that the log holds it', async (_, code, change) => {
    const liar = await startLiar((body) => {
      if (body['log']) body['log'] = change(body['log'] as LogReceipt)
    })
    const out = newDirectory()
    const args = ['certificate', 'issue', '--new-key', '--out', out]
    const wish = ['--profile', 'kubelet-client', '--node', 'worker-1']
    const said = await server.ca(['--data-directory', liar.directory, ...args, ...wish])
    liar.close()
    expect(said).toMatchObject({ code })
    expect(existsSync(out)).toBe(false)
  })

  it('makes a key here, and writes it with its certificate and CA', async () => {
    const { out, result } = await issueNew('--profile', 'kubelet-serving', '--node', 'worker-1')
    const [key, leaf, ca] = [
      'kubelet-serving.key',
      'kubelet-serving.crt',
      'kubelet-serving-ca.crt',
    ].map((name) => join(out, name)) as [string, string, string]
    expect([modeOf(out), modeOf(key), modeOf(leaf)]).toEqual([0o700, 0o600, 0o644])
    const certificate = certificateIn(leaf)
    expect(createPublicKey(readFileSync(key)).equals(certificate.publicKey)).toBe(true)
    expect(certificate.verify(certificateIn(ca).publicKey)).toBe(true)
    expect(certificate.subject).toBe('O=system:nodes\nCN=system:node:worker-1')
    expect(certificate.subjectAltName).toBe('DNS:worker-1, IP Address:10.0.0.11')
    expect(result).toMatchObject({
      serialNumber: certificate.serialNumber.toLowerCase(),
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      issuer: 'cluster-g1',
    })
    expect(readdirSync(out)).toHaveLength(3)
  })

  it('takes a request, and prints the certificate', async () => {
    const key = await generateSigningKey('ecdsa-p384')
    const csr = join(folder, 'jane.csr')
    writeFileSync(csr, buildCertificateRequest(key))
    const who = ['--profile', 'admin', '--user', 'jane', '--group', 'dev', '--ttl', '2h']
    const { result } = await command('issue', '--csr', csr, ...who)
    const certificate = new X509Certificate(String(result['certificate']))
    expect(certificate.subject).toBe('O=dev\nCN=jane')
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThan(2 * 3_600_000)
  })

  it('is in the log with the operator, and for which node', async () => {
    const { result } = await issueNew('--profile', 'kube-proxy-client', '--node', 'worker-1')
    const { stdout } = await server.ca(['log', 'show', '--limit', '20'])
    expect(stdout).toContain(String(result['serialNumber']))
    const shown = await command('show', String(result['serialNumber']))
    expect(shown.result).toMatchObject({ node: 'worker-1', state: 'issued' })
    expect(shown.result['requester']).toMatch(/^operator /)
  })

  it.each([
    ['neither a request nor a new key', ['--profile', 'admin'], 'ERR_USAGE'],
    ['a new key without a place for it', ['--profile', 'admin', '--new-key'], 'ERR_USAGE'],
    ['a profile that does not exist', ['--profile', 'kublet'], 'ERR_PROFILE_UNKNOWN'],
    [
      'a node that has not joined',
      ['--profile', 'kubelet-client', '--node', 'x'],
      'ERR_NAME_INVALID',
    ],
    [
      'a profile of nodes without a node',
      ['--profile', 'kubelet-client'],
      'ERR_PROFILE_NOT_PERMITTED',
    ],
    [
      'a profile of masters for a worker',
      ['--profile', 'etcd-peer', '--node', 'worker-1'],
      'ERR_PROFILE_NOT_PERMITTED',
    ],
    [
      'a user who would be a component',
      ['--profile', 'admin', '--user', 'system:node:x'],
      'ERR_SUBJECT_NOT_PERMITTED',
    ],
    [
      'a life beyond policy',
      ['--profile', 'admin', '--user', 'jane', '--ttl', '900h'],
      'ERR_VALIDITY_NOT_PERMITTED',
    ],
    [
      'a life that is none',
      ['--profile', 'admin', '--user', 'jane', '--ttl', 'long'],
      'ERR_DURATION_INVALID',
    ],
  ])('is refused with %s, and writes nothing', async (_, args, code) => {
    const isUsage = code === 'ERR_USAGE'
    const { out, ...refused } = isUsage
      ? { out: newDirectory(), ...(await command('issue', ...args)) }
      : await issueNew(...args)
    expect(refused.code).toBe(code)
    expect(() => statSync(out)).toThrow('ENOENT')
  })
})

describe('certificate show', () => {
  it('finds a certificate by serial number, by fingerprint, and by its file', async () => {
    const { out, result } = await issueNew('--profile', 'kubelet-client', '--node', 'worker-1')
    const file = join(out, 'kubelet-client.crt')
    const { fingerprint256, serialNumber, raw } = certificateIn(file)
    const shown = await Promise.all(
      [file, serialNumber, fingerprint256, String(result['fingerprint'])].map((each) =>
        command('show', each),
      ),
    )
    for (const { result: details } of shown)
      expect(details).toMatchObject({
        issuer: 'cluster-g1',
        profile: 'kubelet-client',
        subject: 'CN=system:node:worker-1, O=system:nodes',
        state: 'issued',
        node: 'worker-1',
        revokedAt: null,
        fingerprint: result['fingerprint'],
      })
    const [first] = shown
    expect(new X509Certificate(String(first?.result['certificate'])).raw.equals(raw)).toBe(true)
    expect(Number(first?.result['logEntry'])).toBeGreaterThan(0)
    expect(first?.result['renewal']).toMatchObject({ reason: null })
  })

  it('tells the order that wants it renewed', async () => {
    const { result } = await issueNew('--profile', 'flannel-client', '--node', 'worker-1')
    await command('renew', '--profile', 'flannel-client', '--by', '1h', '--reason', 'weak keys')
    const { result: details } = await command('show', String(result['serialNumber']))
    expect(details['renewal']).toMatchObject({ reason: 'weak keys' })
  })

  it.each([
    ['an unknown serial number', '0123456789abcdef', 'ERR_CERTIFICATE_UNKNOWN'],
    ['an unknown fingerprint', 'ab'.repeat(32), 'ERR_CERTIFICATE_UNKNOWN'],
    ['a file that is not there', './no-such-file.crt', 'ERR_USAGE'],
  ])('says so for %s', async (_, wanted, code) => {
    expect((await command('show', wanted)).code).toBe(code)
  })
})
