import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import {
  type CaServerProcess,
  makeFolder,
  runCaServer,
  startCaServer,
} from '../support/ca-server-process.ts'
import { AUTH_KEY, type CfsslCa, createCfsslCa } from '../support/cfssl/start-cfssl.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needed-tool.ts'

const KEYS = {
  main: [
    {
      profiles: ['server', 'client'],
      subjects: [{ commonName: 'web.example', organizations: ['Lab'] }],
      names: ['web.example', '192.0.2.7'],
    },
  ],
}

describeWith('cfssl', 'cfssl of Debian, whose server is ca-server', () => {
  let old: CfsslCa
  let ca: CaServerProcess
  let port: number

  const file = (name: string): string => join(old.folder, name)

  const write = (name: string, content: unknown): string => {
    writeFileSync(file(name), JSON.stringify(content))
    return file(name)
  }

  /** Go's TLS trusts what this variable names; 1.2.0 has no flag for it. */
  const cfssl = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('cfssl', args, {
      encoding: 'utf8',
      env: { ...process.env, SSL_CERT_FILE: file('ca.pem') },
      timeout: 20_000,
    })
    return { status, stdout, stderr }
  }

  const remote = (): string => `https://localhost:${port}`

  beforeAll(async () => {
    old = createCfsslCa('Lab CA', makeFolder())
    port = await freePort()
    const [joinPort, nodePort, publicPort] = [await freePort(), await freePort(), await freePort()]
    const directory = file('data')
    const imported = await runCaServer([
      ...['--output', 'json', '--data-directory', directory, 'import', 'cfssl', '--name', 'lab'],
      ...['--config', file('config.json'), '--ca', file('ca.pem'), '--ca-key', file('ca-key.pem')],
      ...['--cfssl-tls-cert', file('tls.pem'), '--cfssl-tls-key', file('tls-key.pem')],
      ...['--cfssl-port', String(port), '--address', 'localhost', '--listen', '127.0.0.1'],
      ...['--join-port', String(joinPort), '--node-port', String(nodePort)],
      ...['--public-port', String(publicPort), '--insecure-plaintext-keys'],
    ])
    if (imported.exitCode !== 0) throw new Error(imported.stderr)
    ca = await startCaServer({
      directory,
      ports: { joinPort, nodePort },
      editConfig: (text) => {
        const settings = parse(text) as { legacy: Record<string, unknown> }
        return stringify({ ...settings, legacy: { ...settings.legacy, keys: KEYS } })
      },
    })
    const profile = { auth_remote: { remote: 'ca', auth_key: 'main' } }
    write('client.json', {
      signing: { default: profile, profiles: { server: profile, client: profile } },
      auth_keys: { main: { type: 'standard', key: AUTH_KEY } },
      remotes: { ca: remote() },
    })
    write('csr.json', {
      CN: 'web.example',
      hosts: ['web.example', '192.0.2.7'],
      key: { algo: 'ecdsa', size: 256 },
      names: [{ O: 'Lab' }],
    })
  }, 60_000)
  afterAll(async () => {
    await ca.dispose()
    rmSync(old.folder, { recursive: true, force: true })
  })

  const gencert = (profile: string, ...more: readonly string[]) =>
    cfssl('gencert', '-config', file('client.json'), '-profile', profile, ...more, file('csr.json'))

  it('tells info of the CA that it always had', () => {
    const { status, stdout } = cfssl('info', '-remote', remote(), '-profile', 'server')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      certificate: old.certificate.trim(),
      usages: ['signing', 'key encipherment', 'server auth'],
      expiry: '720h',
    })
  })

  it('gives a certificate for a request that is signed with the key, and records it', async () => {
    const { status, stdout, stderr } = gencert('server')
    expect(stderr).not.toContain('error')
    expect(status).toBe(0)
    const { cert, key } = JSON.parse(stdout) as { cert: string; key: string }
    const certificate = new X509Certificate(cert)
    expect(certificate.checkIssued(new X509Certificate(old.certificate))).toBe(true)
    expect(certificate.subjectAltName).toBe('DNS:web.example, IP Address:192.0.2.7')
    expect(key).toContain('EC PRIVATE KEY')
    const listed = await ca.ca([
      'certificate',
      'show',
      certificate.fingerprint256.replaceAll(':', ''),
    ])
    expect(listed.exitCode).toBe(0)
    expect(listed.stdout).toContain('legacy key main')
  })

  it('signs a request of a file', () => {
    const made = JSON.parse(cfssl('genkey', file('csr.json')).stdout) as { csr: string }
    writeFileSync(file('web.csr'), made.csr)
    const { status, stdout } = cfssl(
      ...['sign', '-config', file('client.json'), '-profile', 'client', file('web.csr')],
    )
    expect(status).toBe(0)
    const { cert } = JSON.parse(stdout) as { cert: string }
    expect(new X509Certificate(cert).keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  it.each([
    ['another host', ['-hostname', 'kubernetes.default.svc']],
    ['a host of nobody', ['-hostname', 'elsewhere.example']],
  ])('refuses %s', (_what, more) => {
    const { status, stderr } = gencert('server', ...more)
    expect(status).toBe(1)
    expect(stderr).toContain('7400')
    expect(stderr).toContain('not authorised')
  })

  it('refuses another key, in the words that certmgr waits for', () => {
    const text = readFileSync(file('client.json'), 'utf8').replace(AUTH_KEY, 'f'.repeat(32))
    writeFileSync(file('wrong.json'), text)
    const { status, stderr } = cfssl(
      ...['gencert', '-config', file('wrong.json'), '-profile', 'server', file('csr.json')],
    )
    expect(status).toBe(1)
    expect(stderr).toContain('invalid token')
  })

  it('signs nothing without a key', () => {
    const { status, stderr } = cfssl('gencert', '-remote', remote(), file('csr.json'))
    expect(status).toBe(1)
    expect(stderr).toContain('404 page not found')
  })
})
