import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/bundle.ts'
import { certinfoEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/certinfo.ts'
import { scanEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/scan.ts'
import { scaninfoEndpoint } from '../../../../apps/ca-server/src/legacy-door/endpoints/scaninfo.ts'
import { reachableHost } from '../../../../apps/ca-server/src/legacy-door/outbound/index.ts'
import { answerOf, closeLabs, labFile, openLabDesk } from '../../../support/cfssl/lab-desk.ts'

const server = createServer({
  cert: ['tls.pem', 'ca.pem'].map((name) => readFileSync(labFile(name), 'utf8')).join(''),
  key: readFileSync(labFile('tls-key.pem')),
  minVersion: 'TLSv1.2',
  ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256',
})
let port: number
let lab: Awaited<ReturnType<typeof openLabDesk>>
beforeAll(async () => {
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  lab = await openLabDesk({ open: ['outbound-connections'], outbound: ['127.0.0.0/8'] })
})
afterAll(async () => {
  server.close()
  await closeLabs()
})

const ask = async (...[endpoint, query, body]: [typeof scanEndpoint, string, object?]) => {
  const request = { path: `/?${query}`, ...(body ? { body: JSON.stringify(body) } : {}) }
  const { body: text } = await answerOf(lab.desk, endpoint, request)
  return JSON.parse(text) as { result: Record<string, unknown>; errors: { message: string }[] }
}

describe('scan', () => {
  it('finds what a server really takes', async () => {
    const { result } = await ask(scanEndpoint, `host=127.0.0.1:${port}`)
    expect(result).toMatchObject({
      Connectivity: {
        DNSLookup: { grade: 'Good', output: ['127.0.0.1'] },
        TCPDial: { grade: 'Good' },
        TLSDial: { grade: 'Good' },
      },
      PKI: { ChainExpiration: { output: expect.stringMatching(/^20\d\d-/) as string } },
      TLSHandshake: {
        CipherSuite: {
          grade: 'Good',
          output: [
            { TLS_AES_128_GCM_SHA256: ['TLS 1.3'] },
            { 'ECDHE-ECDSA-AES128-GCM-SHA256': ['TLS 1.2'] },
          ],
        },
      },
    })
    expect(result['PKI']).toMatchObject({ ChainValidation: { grade: 'Bad' } })
  })

  it('makes the scans that are asked for, which are those that scaninfo names', async () => {
    const { result } = await ask(scanEndpoint, `host=127.0.0.1:${port}&family=PKI&scanner=Expir`)
    expect(Object.keys(result)).toEqual(['PKI'])
    expect(Object.keys(result['PKI'] as object)).toEqual(['ChainExpiration'])
    const info = await ask(scaninfoEndpoint, '')
    expect(Object.keys(info.result)).toEqual(['Connectivity', 'PKI', 'TLSHandshake'])
  })

  it('says of a closed port why it is bad', async () => {
    const { result } = await ask(scanEndpoint, 'host=127.0.0.1:1&family=Connectivity')
    expect(result['Connectivity']).toMatchObject({ TCPDial: { grade: 'Bad' } })
  })
})

describe('certinfo and bundle of a domain', () => {
  it('read what the server shows', async () => {
    const domain = { domain: `127.0.0.1:${port}` }
    const shown = await ask(certinfoEndpoint, '', domain)
    expect(shown.result['issuer']).toMatchObject({ common_name: 'Lab Root CA' })
    const { errors } = await ask(bundleEndpoint, '', domain)
    expect(errors[0]?.message).toBe('x509: certificate signed by unknown authority')
  })
})

describe('where the door may connect', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9:80',
    '[::1]:443',
    'localhost',
    '169.254.169.254',
    '0.0.0.0',
    '[fe80::1]:443',
    '224.0.0.1',
    '[fd00:ec2::254]:80',
  ])('is not %s', async (host) => {
    await expect(reachableHost({}, host)).rejects.toMatchObject({ message: 'not authorised' })
  })

  it.each(['::ffff:127.0.0.1', '0x7f.1', '2130706433', '017700000001'])(
    'is not to be got round by another spelling: %s',
    async (ip) => {
      await expect(reachableHost({}, 'web', ip)).rejects.toMatchObject({ status: 400 })
    },
  )

  it('is the address that was judged, and not what the name says later', async () => {
    expect(await reachableHost({}, 'web.example:8443', '192.0.2.1')).toEqual({
      name: 'web.example',
      address: '192.0.2.1',
      port: 8443,
    })
  })
})
