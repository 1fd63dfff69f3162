import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hours } from '@easycerts/shared/time'
import { parseCertificateRequest } from '@easycerts/shared/x509'
import { onTestFinished } from 'vitest'
import { forgeCa, forgeCertificate, type Forged, type Forgery } from '../join/forge-certificate.ts'
import { AUTH_KEY } from './start-cfssl.ts'

/** What a remote is asked to sign. */
export interface AskedFor {
  readonly certificate_request: string
  readonly hosts: string[]
  readonly profile: string
  readonly label: string
}

interface Answer {
  readonly status?: number
  readonly body: string
}

/** A remote of cfssl by its contract, whose clock is the test's and which misbehaves on demand. */
export interface FakeRemote {
  readonly url: string
  readonly port: number
  /** 'info profile' and 'authsign profile', in order. */
  readonly calls: string[]
  readonly asked: AskedFor[]
  /** Bodies as they came. */
  readonly bodies: string[]
  ca: Forged
  life: number
  /** Connections are refused. */
  isDown: boolean
  /** Requests are taken, and never answered. */
  isHung: boolean
  /** Changes what is certified. */
  forge: Partial<Forgery>
  /** Takes the place of an answer. */
  info: (() => Answer) | undefined
  authsign: ((pem: string) => Answer) | undefined
}

const FAR = { from: new Date('2020-01-01'), until: new Date('2040-01-01') }

export const fakeCa = (name: string, more: Partial<Forgery> = {}): Promise<Forged> =>
  forgeCa(name, { ...FAR, ...more })

export const success = (certificate: string): Answer => ({
  body: JSON.stringify({ success: true, result: { certificate }, errors: [], messages: [] }),
})

export const failure = (message: string, status = 400): Answer => ({
  status,
  body: JSON.stringify({
    success: false,
    result: null,
    errors: [{ code: status, message }],
    messages: [],
  }),
})

export const startFakeRemote = async (clock: () => Date): Promise<FakeRemote> => {
  const server = createServer((request, reply) => void handle(request, reply))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  server.on('connection', (socket) => {
    if (remote.isDown) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  const remote: FakeRemote = {
    url: `http://127.0.0.1:${port}`,
    port,
    calls: [],
    asked: [],
    bodies: [],
    ca: await fakeCa('lab'),
    life: hours(720),
    isDown: false,
    isHung: false,
    forge: {},
    info: undefined,
    authsign: undefined,
  }
  const sign = async (asked: AskedFor): Promise<string> => {
    const { subject, publicKey } = parseCertificateRequest(asked.certificate_request)
    const of = (wanted: string): string[] =>
      subject.flatMap(({ type, value }) => (type === wanted ? [value] : []))
    const now = clock()
    const { pem } = await forgeCertificate({
      commonName: of('commonName')[0] ?? '',
      organizations: of('organizationName'),
      issuer: remote.ca,
      hosts: asked.hosts,
      purposes: ['serverAuth'],
      from: new Date(now.getTime() - 60_000),
      until: new Date(now.getTime() + remote.life),
      spki: publicKey.spki,
      ...remote.forge,
    })
    return pem
  }
  const answerTo = async (endpoint: string, body: string): Promise<Answer> => {
    remote.bodies.push(body)
    const sent = JSON.parse(body) as Record<string, string>
    if (endpoint === 'info') {
      remote.calls.push(`info ${sent['profile'] ?? ''}`)
      return remote.info?.() ?? success(remote.ca.pem.trim())
    }
    const octets = Buffer.from(sent['request'] ?? '', 'base64')
    const asked = JSON.parse(octets.toString()) as AskedFor
    remote.calls.push(`authsign ${asked.profile}`)
    const token = createHmac('sha256', Buffer.from(AUTH_KEY, 'hex')).update(octets)
    if (sent['token'] !== token.digest('base64')) return failure('invalid token')
    remote.asked.push(asked)
    const pem = await sign(asked)
    return remote.authsign?.(pem) ?? success(pem)
  }
  const handle = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (remote.isHung) return
    const endpoint = (request.url ?? '').replace('/api/v1/cfssl/', '')
    const { status = 200, body } = await answerTo(endpoint, Buffer.concat(chunks).toString())
    reply.writeHead(status, { date: clock().toUTCString() }).end(body)
  }
  return remote
}
