import { spawnSync } from 'node:child_process'
import type { SecureVersion } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { forgeCa, forgeServer } from '../support/join/forge-certificate.ts'
import { describeWith } from '../support/needed-tool.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

let server: CaServerProcess
beforeAll(async () => {
  server = await startCaServer()
})
afterAll(() => server.dispose())

/** OpenSSL's own client at the lowest security level, so that it is the server that refuses. */
const handshake = (port: number, words: readonly string[], input = ''): string => {
  const { stdout, stderr } = spawnSync(
    'openssl',
    ['s_client', '-connect', `127.0.0.1:${port}`, '-cipher', 'ALL:@SECLEVEL=0', ...words],
    { input, encoding: 'utf8', timeout: 10_000 },
  )
  return stdout + stderr
}

const AGREED = /Cipher is (?!\(NONE\))/

describeWith('openssl', 'a client, or somebody on the wire, that wants weaker TLS', () => {
  it.each([
    ['TLS 1.2', ['-tls1_2']],
    ['TLS 1.1', ['-tls1_1']],
    ['TLS 1.0', ['-tls1']],
    ['TLS 1.2 without authentication', ['-tls1_2', '-cipher', 'aNULL:eNULL:@SECLEVEL=0']],
    ['TLS 1.2 with RSA key exchange', ['-tls1_2', '-cipher', 'kRSA:@SECLEVEL=0']],
    ['a curve of 160 bits', ['-tls1_3', '-groups', 'secp160r1']],
  ])('gets no connection at any listener: %s', (_title, words) => {
    for (const port of [server.joinPort, server.nodePort])
      expect(handshake(port, words)).not.toMatch(AGREED)
  })

  it('gets one without these wishes', () => {
    for (const port of [server.joinPort, server.nodePort])
      expect(handshake(port, ['-tls1_3'])).toMatch(AGREED)
  })

  it('renegotiates nothing', () => {
    const said = handshake(server.joinPort, ['-tls1_3'], 'R\n')
    expect(said).toContain('RENEGOTIATING')
    expect(said).toMatch(/error|Secure Renegotiation IS NOT/i)
  })

  it('is offered no early data', () => {
    const said = handshake(server.joinPort, ['-tls1_3'])
    expect(said).toMatch(AGREED)
    expect(said).not.toMatch(/Max Early Data: [1-9]/)
  })
})

describeWith('openssl', 'a server that offers weaker TLS than the CA', () => {
  it.each(
    CLIENTS.flatMap((client) =>
      (['TLSv1.2', 'TLSv1.1'] as const).map((max) => [client, max] as const),
    ),
  )('is refused: by %s at %s', async (client, maxVersion: SecureVersion) => {
    const ca = await forgeCa('easycerts enrolment g1')
    const { code, heard } = await judgementOf(client, ca, {
      chain: [await forgeServer(ca), ca],
      tls: { minVersion: 'TLSv1', maxVersion, ciphers: 'ALL:@SECLEVEL=0' },
    })
    expect(code).toBe('ERR_CA_UNREACHABLE')
    expect(heard).toEqual([])
  })
})
