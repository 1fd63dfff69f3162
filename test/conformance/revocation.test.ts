import { execFile } from 'node:child_process'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { askCertificate, joinNode } from '../support/joiner.ts'
import { describeWith } from '../support/needed-tool.ts'

const run = promisify(execFile)

/** What a tool said, with its exit code, whether it succeeded or not. */
const tool = async (
  program: string,
  ...args: readonly string[]
): Promise<{ exitCode: number; text: string }> => {
  try {
    const { stdout, stderr } = await run(program, args)
    return { exitCode: 0, text: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { exitCode: code, text: stdout + stderr }
  }
}

const folder = makeFolder()
const file = (name: string): string => join(folder, name)
const NAMES = ['good', 'revoked'] as const

let server: CaServerProcess
const serials: Record<(typeof NAMES)[number], string> = { good: '', revoked: '' }
const url = (path: string): string => `http://127.0.0.1:${server.publicPort}${path}`

beforeAll(async () => {
  server = await startCaServer({
    editConfig: (text) => `${text}revocation:\n  directory: ${file('crls')}\n`,
  })
  const identity = await joinNode(server, 'worker-1')
  for (const name of NAMES) {
    const { body } = await askCertificate(server, identity, 'kubelet-client')
    const pem = String(body['certificate'])
    writeFileSync(file(`${name}.pem`), pem)
    serials[name] = parseCertificatePem(pem).serialNumber
  }
  const revoked = await server.ca([
    'certificate',
    'revoke',
    serials.revoked,
    '--reason',
    'keyCompromise',
  ])
  if (revoked.exitCode !== 0) throw new Error(revoked.stderr)
  await run('curl', ['-sf', '-o', file('ca.pem'), url('/issuer/cluster-g1.pem')])
  await run('curl', ['-sf', '-o', file('crl.pem'), url('/crl/cluster-g1.pem')])
  await run('curl', ['-sf', '-o', file('crl.der'), url('/crl/cluster-g1.crl')])
})
afterAll(async () => {
  await server.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe('openssl', () => {
  it('reads the CRL: version 2, number, key identifier, reason, signature', async () => {
    const form = ['-inform', 'DER', '-in', file('crl.der'), '-noout']
    const { text } = await tool('openssl', 'crl', ...form, '-text', '-CAfile', file('ca.pem'))
    expect(text).toContain('verify OK')
    expect(text).toContain('Version 2 (0x1)')
    expect(text).toMatch(/X509v3 CRL Number: *\n *\d+/)
    expect(text).toContain('X509v3 Authority Key Identifier')
    expect(text).toContain('Key Compromise')
    expect(text.toLowerCase()).toContain(serials.revoked)
    expect(text.toLowerCase()).not.toContain(serials.good)
  })

  it.each([
    ['good', 0],
    ['revoked', 2],
  ] as const)('judges the %s certificate by the CRL', async (name, exitCode) => {
    const trust = ['-CAfile', file('ca.pem'), '-CRLfile', file('crl.pem')]
    const verdict = await tool('openssl', 'verify', '-crl_check', ...trust, file(`${name}.pem`))
    expect(verdict.exitCode, verdict.text).toBe(exitCode)
    if (name === 'revoked') expect(verdict.text).toContain('certificate revoked')
  })

  const ocsp = (...args: readonly string[]) =>
    tool(
      'openssl',
      ...['ocsp', '-issuer', file('ca.pem'), '-CAfile', file('ca.pem'), '-resp_text'],
      ...['-url', url('/ocsp/cluster-g1'), ...args],
    )

  describe.each(['sha1', 'sha256'])('asks by OCSP under %s', (hash) => {
    it.each(['nonce', 'no_nonce'])('with %s, and believes the answers', async (nonce) => {
      const common = [`-${hash}`, `-${nonce}`]
      const good = await ocsp(...common, '-cert', file('good.pem'))
      expect(good.text).toContain('Response verify OK')
      expect(good.text).toContain('good.pem: good')
      expect(good.text).not.toContain('WARNING')
      const revoked = await ocsp(...common, '-cert', file('revoked.pem'))
      expect(revoked.text).toContain('Response verify OK')
      expect(revoked.text).toContain('revoked.pem: revoked')
      expect(revoked.text).toContain('Reason: keyCompromise')
      expect(revoked.text.includes('OCSP Nonce')).toBe(nonce === 'nonce')
    })
  })

  it('asks about two certificates at once', async () => {
    const { text } = await ocsp('-cert', file('good.pem'), '-cert', file('revoked.pem'))
    expect(text).toContain('Response verify OK')
    expect(text).toContain('good.pem: good')
    expect(text).toContain('revoked.pem: revoked')
  })

  it('hears of a serial number that was never issued as revoked since 1970', async () => {
    const { text } = await ocsp('-serial', '0x0123456789abcdef')
    expect(text).toContain('0x0123456789abcdef: revoked')
    expect(text).toContain('Reason: certificateHold')
    expect(text).toContain('Jan  1 00:00:00 1970')
    // The extension of RFC 6960 §4.4.8, which OpenSSL calls as an old draft did.
    expect(text).toMatch(/Response Extensions:[^]*\n +valid: *\n/)
  })

  it('is refused about certificates of another CA', async () => {
    const other = ['-url', url('/ocsp/etcd-g1'), '-cert', file('good.pem')]
    expect((await ocsp(...other)).text).toContain('unauthorized')
  })

  it('finds the signer delegated: OCSP signing alone, no check of itself, two days at most', async () => {
    const { text } = await ocsp('-cert', file('good.pem'))
    const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0] ?? ''
    writeFileSync(file('signer.pem'), pem)
    const shown = await tool('openssl', 'x509', '-in', file('signer.pem'), '-noout', '-text')
    expect(shown.text).toMatch(/Extended Key Usage: *\n *OCSP Signing\n/)
    expect(shown.text).toContain('OCSP No Check')
    expect(shown.text).not.toContain('Subject Alternative Name')
    const { validity } = parseCertificatePem(pem)
    const life = validity.notAfter.getTime() - validity.notBefore.getTime()
    expect(life).toBeLessThanOrEqual(49 * 3_600_000)
  })

  it('finds CRL and issuer where the certificate says they are', async () => {
    const { text } = await tool('openssl', 'x509', '-in', file('good.pem'), '-noout', '-text')
    const crl = /Full Name:\s+URI:(\S+)/.exec(text)?.[1] ?? ''
    const issuer = /CA Issuers - URI:(\S+)/.exec(text)?.[1] ?? ''
    expect(crl).toBe(url('/crl/cluster-g1.crl'))
    await run('curl', ['-sf', '-o', file('pointed.crl'), crl])
    await run('curl', ['-sf', '-o', file('pointed.crt'), issuer])
    expect(readFileSync(file('pointed.crl'))).toEqual(readFileSync(file('crl.der')))
    const form = ['-inform', 'DER', '-in', file('pointed.crt'), '-outform', 'PEM']
    expect((await tool('openssl', 'x509', ...form)).text).toBe(readFileSync(file('ca.pem'), 'utf8'))
  })
})

describe('an OCSP request by GET', () => {
  const requestOf = async (...args: readonly string[]): Promise<string> => {
    const common = ['ocsp', '-issuer', file('ca.pem'), '-reqout', file('request.der')]
    await run('openssl', [...common, ...args])
    return readFileSync(file('request.der')).toString('base64')
  }
  const get = (base64: string, ...args: readonly string[]) =>
    tool('curl', '-s', ...args, url(`/ocsp/cluster-g1/${encodeURIComponent(base64)}`))

  it('is answered as one by POST, and may be kept by caches until nextUpdate', async () => {
    const request = await requestOf('-no_nonce', '-cert', file('good.pem'))
    const headers = (await get(request, '-D', '-', '-o', file('response.der'))).text
    expect(headers).toMatch(/^HTTP\/1\.1 200/)
    expect(headers).toMatch(/content-type: application\/ocsp-response\r/i)
    const maxAge = Number(/cache-control: public, max-age=(\d+), /i.exec(headers)?.[1])
    expect(maxAge).toBeGreaterThan(3000)
    expect(maxAge).toBeLessThanOrEqual(3600)
    const read = ['ocsp', '-respin', file('response.der'), '-issuer', file('ca.pem')]
    const judged = await tool(
      'openssl',
      ...read,
      '-CAfile',
      file('ca.pem'),
      '-cert',
      file('good.pem'),
    )
    expect(judged.text).toContain('good.pem: good')
    const tag = /etag: (\S+)/i.exec(headers)?.[1] ?? ''
    const again = await get(request, '-D', '-', '-o', '/dev/null', '-H', `If-None-Match: ${tag}`)
    expect(again.text).toMatch(/^HTTP\/1\.1 304/)
  })

  it('with a nonce is answered for this client alone', async () => {
    const request = await requestOf('-nonce', '-cert', file('good.pem'))
    const { text } = await get(request, '-D', '-', '-o', '/dev/null')
    expect(text).toMatch(/cache-control: no-store/i)
    expect(text).not.toMatch(/etag:/i)
  })

  it.each([
    ['no base64', '***'],
    ['no request', Buffer.from('hello').toString('base64')],
    ['far too long', 'A'.repeat(3000)],
  ])('that is %s is malformed', async (_what, text) => {
    await get(text, '-o', file('response.der'))
    const { text: said } = await tool(
      'openssl',
      'ocsp',
      '-respin',
      file('response.der'),
      '-resp_text',
    )
    expect(said).toContain('malformedrequest')
  })
})

describeWith('certtool', 'GnuTLS', () => {
  it('reads and verifies the CRL', async () => {
    const info = await tool('certtool', '--crl-info', '--infile', file('crl.pem'))
    expect(info.text).toContain('Version: 2')
    expect(info.text).toContain(serials.revoked)
    const trust = ['--load-ca-certificate', file('ca.pem'), '--infile', file('crl.pem')]
    const verdict = await tool('certtool', '--verify-crl', ...trust)
    expect(verdict.text).toMatch(/Verification output: Verified/)
  })

  it.each([
    ['good', 'The certificate is not revoked'],
    ['revoked', 'The certificate was revoked'],
  ] as const)('asks by OCSP about the %s certificate', async (name, said) => {
    const asked = ['--load-cert', file(`${name}.pem`), '--load-issuer', file('ca.pem')]
    const { text } = await tool(
      'ocsptool',
      ...[`--ask=${url('/ocsp/cluster-g1')}`, ...asked, '--load-trust', file('ca.pem'), '--nonce'],
    )
    expect(text).toMatch(
      name === 'good' ? /Certificate Status: good/i : /Certificate Status: revoked/i,
    )
    expect(text, said).toMatch(/Verifying OCSP Response: Success/)
  })
})

describe('curl', () => {
  const head = async (path: string, ...args: readonly string[]) =>
    (await tool('curl', '-s', '-D', '-', '-o', '/dev/null', ...args, url(path))).text

  it.each([
    ['/crl/cluster-g1.crl', 'application/pkix-crl'],
    ['/crl/cluster-g1.pem', 'application/x-pem-file'],
    ['/issuer/cluster-g1.crt', 'application/pkix-cert'],
    ['/issuer/cluster-g1.pem', 'application/x-pem-file'],
  ])('gets %s with its media type, dates and tag, and 304 the second time', async (path, type) => {
    const headers = await head(path)
    expect(headers).toMatch(/^HTTP\/1\.1 200/)
    expect(headers.toLowerCase()).toContain(`content-type: ${type}\r`)
    expect(headers).toMatch(/cache-control: public, max-age=\d+/i)
    const [, tag = ''] = /etag: (\S+)/i.exec(headers) ?? []
    const [, modified = ''] = /last-modified: ([^\r]+)/i.exec(headers) ?? []
    expect(await head(path, '-H', `If-None-Match: ${tag}`)).toMatch(/^HTTP\/1\.1 304/)
    expect(await head(path, '-H', `If-None-Match: "other", W/${tag}`)).toMatch(/^HTTP\/1\.1 304/)
    expect(await head(path, '-H', 'If-None-Match: "other"')).toMatch(/^HTTP\/1\.1 200/)
    expect(await head(path, '-H', `If-Modified-Since: ${modified}`)).toMatch(/^HTTP\/1\.1 304/)
    const early = 'If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT'
    expect(await head(path, '-H', early)).toMatch(/^HTTP\/1\.1 200/)
    const withoutBody = await head(path, '-I')
    expect(withoutBody).toMatch(/^HTTP\/1\.1 200/)
    expect(/content-length: (\d+)/i.exec(withoutBody)?.[1]).toBe(
      /content-length: (\d+)/i.exec(headers)?.[1],
    )
  })

  it.each(['/crl/cluster-g9.crl', '/crl/cluster-g1.exe', '/issuer/__proto__.crt', '/v1/log', '/'])(
    'gets nothing at %s',
    async (path) => {
      expect(await head(path)).toMatch(/^HTTP\/1\.1 404/)
    },
  )
})

describe('the files for etcd', () => {
  it('hold what is served, and are readable by everybody', () => {
    for (const extension of ['crl', 'pem']) {
      const path = join(file('crls'), `cluster-g1.${extension}`)
      expect(statSync(path).mode & 0o777).toBe(0o644)
    }
    const own = join(file('crls'), 'cluster-g1.crl')
    expect(readFileSync(own)).toEqual(readFileSync(file('crl.der')))
    expect(statSync(file('crls')).mode & 0o777).toBe(0o755)
  })
})
