import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer as createPlain, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTls, TLSSocket, type TlsOptions } from 'node:tls'
import {
  seeClientAccepted,
  seeServerCertificate,
  type SightPoint,
  type TlsSight,
} from '@easycerts/adapters/tls'
import { type Duration, seconds } from '@easycerts/shared/time'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { forgeCa, forgeCertificate, forgeServer } from '../../support/join/forge-certificate.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const ca = await forgeCa('ca')
const server = await forgeServer(ca)
const own = { cert: server.pem, key: server.key.exportPem().reveal() }
const client = await forgeCertificate({ commonName: 'c', issuer: ca, purposes: ['clientAuth'] })
const pairOf = ({ pem, key }: typeof client) => ({ certificate: pem, key: key.exportPem() })

const isServer = (sight: TlsSight): boolean =>
  sight.kind === 'shown' && sight.der.equals(server.certificate.der)

const { signal } = new AbortController()
const pointAt = (port: number, more: Partial<SightPoint> = {}): SightPoint => ({
  address: { host: { kind: 'ip', value: '127.0.0.1' }, port },
  timeout: seconds(5),
  signal,
  ...more,
})
const soon = 300 as Duration

/** A port with this behind it, and the connections that are still open. */
const listening = async (listener: Server) => {
  const open = new Set<Socket>()
  listener.on('connection', (socket) => {
    open.add(socket)
    socket.on('error', () => undefined).once('close', () => open.delete(socket))
  })
  listener.on('tlsClientError', () => undefined)
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    listener.close()
  })
  return { port: (listener.address() as AddressInfo).port, open }
}

const tlsServer = (options: TlsOptions = {}, talk?: (socket: TLSSocket) => void) =>
  listening(
    createTls({ ...own, ...options }, (socket) => {
      socket.on('error', () => undefined)
      talk?.(socket)
      // Who does not read does not hear of the end either.
      socket.resume()
    }),
  )

const plainServer = (talk: (socket: Socket) => void) =>
  listening(
    createPlain((socket) => {
      talk(socket)
      socket.resume()
    }),
  )

describe('a look at what a server shows', () => {
  it('gives the certificate as it is, whoever issued it, and closes the connection', async () => {
    const { port, open } = await tlsServer()
    const sight = await seeServerCertificate(pointAt(port))
    expect(sight).toSatisfy(isServer)
    await until(() => open.size === 0)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'needs no client certificate where %s demands one',
    async (version) => {
      const { port } = await tlsServer({
        ...{ requestCert: true, rejectUnauthorized: true, ca: ca.pem },
        ...{ minVersion: version, maxVersion: version },
      })
      expect((await seeServerCertificate(pointAt(port))).kind).toBe('shown')
    },
  )

  it('asks for the name that it is told', async () => {
    const names: string[] = []
    const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
      names.push(name)
      done(null)
    }
    const { port } = await tlsServer({ SNICallback })
    await seeServerCertificate(pointAt(port))
    await seeServerCertificate(pointAt(port, { serverName: 'db.example.com' }))
    expect(names).toEqual(['db.example.com'])
  })

  it('finds nobody where nobody listens', async () => {
    const sight = await seeServerCertificate(pointAt(await freePort()))
    expect(sight).toEqual({ kind: 'unreachable', why: 'ECONNREFUSED' })
  })
})

describe('a hostile server', () => {
  it.each([
    ['says nothing', () => undefined],
    [
      'sends a handshake without end',
      (socket: Socket) => {
        // The head of a ServerHello of 16 KiB, and then its octets one by one.
        socket.write(Buffer.from('160303400002003ffc', 'hex'))
        const timer = setInterval(() => socket.write(Buffer.of(0)), 5)
        socket.once('close', () => clearInterval(timer))
      },
    ],
  ])('that %s is left when the time is over', async (_, talk) => {
    const { port, open } = await plainServer(talk)
    const sight = await seeServerCertificate(pointAt(port, { timeout: soon }))
    expect(sight).toEqual({ kind: 'unreachable', why: 'no answer within 0s' })
    await until(() => open.size === 0)
  })

  it('that speaks something else is no TLS', async () => {
    const { port, open } = await plainServer((socket) => void socket.write('SSH-2.0-x\r\n'))
    expect((await seeServerCertificate(pointAt(port))).kind).toBe('refused')
    await until(() => open.size === 0)
  })

  it('that shows a chain of a thousand certificates is refused, not read', async () => {
    const { port, open } = await tlsServer({ cert: own.cert + ca.pem.repeat(1000) })
    expect((await seeServerCertificate(pointAt(port))).kind).toBe('refused')
    await until(() => open.size === 0)
  })

  it('is left at once when certmgr ends', async () => {
    const { port, open } = await plainServer(() => undefined)
    const stop = new AbortController()
    const sight = seeServerCertificate(pointAt(port, { signal: stop.signal }))
    await until(() => open.size === 1)
    stop.abort()
    expect(await sight).toEqual({ kind: 'unreachable', why: 'interrupted' })
    await until(() => open.size === 0)
  })
})

describe('a server that begins in plain text', () => {
  const upgrade = (socket: Socket): void => {
    const secure = new TLSSocket(socket, { isServer: true, ...own })
    secure.on('error', () => undefined)
  }
  const postgres =
    (answer: string) =>
    (socket: Socket): void => {
      socket.once('data', (octets) => {
        expect(octets.toString('hex')).toBe('0000000804d2162f')
        socket.write(answer)
        if (answer === 'S') upgrade(socket)
      })
    }
  const smtp = (socket: Socket): void => {
    const answers = ['250-hello\r\n250 STARTTLS\r\n', '220 go ahead\r\n']
    const onData = (): void => {
      socket.write(answers.shift() ?? '500 no\r\n')
      if (answers.length > 0) return
      socket.off('data', onData)
      upgrade(socket)
    }
    socket.write('220-mail\r\n')
    socket.write('220 ready\r\n')
    socket.on('data', onData)
  }

  it.each([
    ['postgres', postgres('S')],
    ['smtp', smtp],
  ] as const)('shows its certificate once TLS was asked for: %s', async (starttls, talk) => {
    const { port } = await plainServer(talk)
    const sight = await seeServerCertificate(pointAt(port, { starttls }))
    expect(sight).toSatisfy(isServer)
  })

  it.each([
    ['postgres', 'says no', postgres('N')],
    ['postgres', 'says more than yes', postgres('SX')],
    ['smtp', 'says no', (socket: Socket): void => void socket.write('554 no\r\n')],
    [
      'smtp',
      'talks without end',
      (socket: Socket): void => void socket.write('220-x\r\n'.repeat(9999)),
    ],
    ['smtp', 'hangs up', (socket: Socket): void => void socket.end()],
  ] as const)('is refused when it %s and %s', async (starttls, _, talk) => {
    const { port, open } = await plainServer(talk)
    expect((await seeServerCertificate(pointAt(port, { starttls }))).kind).toBe('refused')
    await until(() => open.size === 0)
  })
})

describe('a look whether a client is accepted', () => {
  const MUTUAL = { requestCert: true, rejectUnauthorized: true, ca: ca.pem }
  const answer =
    (status: string) =>
    (socket: TLSSocket): void =>
      void socket.once('data', () => socket.write(`HTTP/1.1 ${status}\r\n\r\n`))

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('by %s: yes for its own CA', async (maxVersion) => {
    const { port, open } = await tlsServer({ ...MUTUAL, maxVersion }, answer('403 Forbidden'))
    expect(await seeClientAccepted(pointAt(port), pairOf(client))).toEqual({ kind: 'accepted' })
    await until(() => open.size === 0)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('by %s: no for another CA', async (maxVersion) => {
    const other = await forgeCa('other')
    const foreign = await forgeCertificate({ commonName: 'c', issuer: other })
    const { port, open } = await tlsServer({ ...MUTUAL, maxVersion }, answer('200 OK'))
    expect((await seeClientAccepted(pointAt(port), pairOf(foreign))).kind).toBe('refused')
    await until(() => open.size === 0)
  })

  it('by a server that judges above TLS: no with 401', async () => {
    const { port } = await tlsServer({ ...MUTUAL }, answer('401 Unauthorized'))
    const sight = await seeClientAccepted(pointAt(port), pairOf(client))
    expect(sight).toEqual({ kind: 'refused', why: 'it answered 401 Unauthorized' })
  })

  it.each([
    ['says nothing after the handshake', () => undefined, 'unreachable'],
    ['does not speak HTTP', (socket: TLSSocket): void => void socket.write('* OK\r\n'), 'refused'],
    ['hangs up', (socket: TLSSocket): void => void socket.end(), 'refused'],
  ] as const)('is no proof by a server that %s', async (_, talk, kind) => {
    const { port, open } = await tlsServer(MUTUAL, talk)
    const sight = await seeClientAccepted(pointAt(port, { timeout: soon }), pairOf(client))
    expect(sight.kind).toBe(kind)
    await until(() => open.size === 0)
  })
})

describeWith('openssl', 'openssl s_server', () => {
  const start = async (...args: readonly string[]): Promise<number> => {
    const folder = temporaryFolder()
    const port = await freePort()
    for (const [name, text] of Object.entries({ ...own, ca: ca.pem }))
      writeFileSync(join(folder, name), text)
    const child = spawn(
      'openssl',
      ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', 'cert', '-key', 'key', ...args],
      { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void child.kill())
    let said = ''
    child.stdout.on('data', (octets: Buffer) => (said += octets.toString()))
    await until(() => said.includes('ACCEPT'))
    return port
  }

  it.each([
    [['-tls1_2']],
    [['-tls1_3']],
    [['-tls1_2', '-Verify', '1', '-verify_return_error', '-CAfile', 'ca']],
    [['-tls1_3', '-Verify', '1', '-verify_return_error', '-CAfile', 'ca']],
  ])('shows its certificate: %j', async (args) => {
    const sight = await seeServerCertificate(pointAt(await start(...args)))
    expect(sight).toSatisfy(isServer)
  })

  it.each(['-tls1_2', '-tls1_3'])('accepts its clients and no others: %s', async (version) => {
    const verify = ['-Verify', '1', '-verify_return_error', '-CAfile', 'ca', '-www']
    const port = await start(version, ...verify)
    expect(await seeClientAccepted(pointAt(port), pairOf(client))).toEqual({ kind: 'accepted' })
    const foreign = await forgeCertificate({ commonName: 'c', issuer: await forgeCa('x') })
    expect((await seeClientAccepted(pointAt(port), pairOf(foreign))).kind).toBe('refused')
  })
})
