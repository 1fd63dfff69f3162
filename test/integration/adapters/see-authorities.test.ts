import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer as createPlain, type Server } from 'node:net'
import { join } from 'node:path'
import { createServer as createTls, type TlsOptions } from 'node:tls'
import { seeAcceptableAuthorities, type SightPoint } from '@easycerts/adapters/tls'
import { seconds } from '@easycerts/shared/time'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { forgeCa, forgeServer } from '../../support/join/forge-certificate.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const [first, second] = [await forgeCa('first'), await forgeCa('second')]
const server = await forgeServer(first)
const own = { cert: server.pem, key: server.key.exportPem().reveal() }
const { signal } = new AbortController()
const pointAt = (port: number, more: Partial<SightPoint> = {}): SightPoint => ({
  address: { host: { kind: 'ip', value: '127.0.0.1' }, port },
  timeout: seconds(5),
  signal,
  ...more,
})

const listening = async (listener: Server): Promise<number> => {
  listener.on('tlsClientError', () => undefined).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => void listener.close())
  return (listener.address() as AddressInfo).port
}

const tlsServer = (options: TlsOptions) => listening(createTls({ ...own, ...options }))

const speaking = (octets: Buffer) =>
  listening(createPlain((socket) => socket.on('error', () => undefined).write(octets)))

const BOTH = [first, second].map(({ certificate }) => certificate.subjectDer)

describe('the CAs whose clients a server takes', () => {
  it('are seen at a server of Node, octet for octet', async () => {
    const port = await tlsServer({ requestCert: true, ca: [first.pem, second.pem] })
    const seen = await seeAcceptableAuthorities(pointAt(port))
    expect(seen).toEqual({ kind: 'asked', authorities: BOTH })
  })

  it('are none at a server that asks for no certificate, or leaves the choice to the client', async () => {
    const plain = await tlsServer({})
    expect(await seeAcceptableAuthorities(pointAt(plain))).toEqual({ kind: 'unasked' })
  })

  it('cannot be seen where TLS 1.2 is not spoken, which is said', async () => {
    const port = await tlsServer({ requestCert: true, ca: first.pem, minVersion: 'TLSv1.3' })
    expect(await seeAcceptableAuthorities(pointAt(port))).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('TLS 1.2') as string,
    })
  })

  it.each([
    ['plain text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a record without an end', Buffer.concat([Buffer.from('1603030005', 'hex'), Buffer.alloc(9)])],
    ['a request with a length that lies', Buffer.from('160303000a0d00000600000000ffff', 'hex')],
    ['a flight without an end', Buffer.alloc(200_000, Buffer.from('16030300020b00', 'hex'))],
  ])('are refused, not waited for: %s', async (_, octets) => {
    const port = await speaking(octets)
    const seen = await seeAcceptableAuthorities(pointAt(port, { timeout: seconds(1) }))
    expect(['refused', 'unreachable']).toContain(seen.kind)
  })

  it('of nobody are unreachable', async () => {
    const seen = await seeAcceptableAuthorities(pointAt(await freePort()))
    expect(seen.kind).toBe('unreachable')
  })
})

const FOLDER_FILES = { 'ca.pem': first.pem + second.pem, 'own.pem': own.cert + own.key }

describeWith('openssl', 'openssl s_server', () => {
  it('shows the CAs of its -CAfile', async () => {
    const folder = temporaryFolder()
    for (const [name, text] of Object.entries(FOLDER_FILES)) writeFileSync(join(folder, name), text)
    const port = await freePort()
    const files = ['-cert', join(folder, 'own.pem'), '-CAfile', join(folder, 'ca.pem')]
    const words = ['s_server', '-accept', `127.0.0.1:${port}`, '-Verify', '2', ...files]
    // It ends with its input.
    const child = spawn('openssl', words, { stdio: ['pipe', 'ignore', 'ignore'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    await until(async () => (await seeAcceptableAuthorities(pointAt(port))).kind === 'asked')
    const seen = await seeAcceptableAuthorities(pointAt(port))
    expect(seen).toEqual({ kind: 'asked', authorities: BOTH })
  })
})

describeWith('etcd', 'etcd', () => {
  it('shows the CAs of its --trusted-ca-file', async () => {
    const folder = temporaryFolder()
    const at = (name: string): string => join(folder, name)
    for (const [name, text] of Object.entries(FOLDER_FILES)) writeFileSync(at(name), text)
    const [port, peer] = [await freePort(), await freePort()]
    const url = `https://127.0.0.1:${port}`
    const child = spawn(
      'etcd',
      [
        ...['--data-dir', at('data'), '--listen-peer-urls', `http://127.0.0.1:${peer}`],
        ...['--listen-client-urls', url, '--advertise-client-urls', url],
        ...['--cert-file', at('own.pem'), '--key-file', at('own.pem')],
        ...['--client-cert-auth', '--trusted-ca-file', at('ca.pem')],
      ],
      { stdio: 'ignore' },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const isAsked = async () => (await seeAcceptableAuthorities(pointAt(port))).kind === 'asked'
    await until(isAsked, { within: 30_000, every: 200 })
    const seen = await seeAcceptableAuthorities(pointAt(port))
    const names = seen.kind === 'asked' ? seen.authorities.map((name) => name.toString('hex')) : []
    expect(names.toSorted()).toEqual(BOTH.map((name) => name.toString('hex')).toSorted())
  })
})
