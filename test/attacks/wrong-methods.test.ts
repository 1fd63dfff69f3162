import { once } from 'node:events'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { exchangeRaw, showing } from './support/raw-octets.ts'

let ca: AttackedCa
let node: Identity
beforeAll(async () => {
  ca = await startAttackedCa()
  node = await joinNode(ca, 'worker-1')
})
afterAll(() => ca.dispose())

const METHODS = [
  'PUT',
  'DELETE',
  'PATCH',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'PURGE',
  'M-SEARCH',
  'BREW',
  'get',
]
const close = 'Host: a\r\nConnection: close\r\n'

/** A request at each listener, as the one who may call there. */
const everywhere = async (octetsOf: (path: string) => string) => {
  const tls = showing(node)
  return [
    await exchangeRaw(ca.joinPort, octetsOf('/v1/join'), {}),
    await exchangeRaw(ca.nodePort, octetsOf('/v1/node'), tls),
    await exchangeRaw(ca.publicPort, octetsOf('/crl/cluster-g1.crl')),
  ]
}

describe('a method that no route has', () => {
  it.each(METHODS)('does nothing on any listener: %s', async (method) => {
    for (const { statuses } of await everywhere(
      (path) => `${method} ${path} HTTP/1.1\r\n${close}\r\n`,
    ))
      for (const status of statuses()) expect([400, 404, 405]).toContain(status)
  })

  it('does nothing by a header that some servers obey', async () => {
    const headers = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']
    for (const header of headers)
      for (const { statuses } of await everywhere(
        (path) => `PUT ${path} HTTP/1.1\r\n${close}${header}: GET\r\n\r\n`,
      ))
        expect(statuses()).toEqual([405])
  })
})

describe('another protocol on the port', () => {
  it('gets an error, and nothing of HTTP/2', async () => {
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'
    for (const { statuses, received } of await everywhere(() => preface)) {
      expect(statuses()).not.toContain(200)
      expect(received()).not.toContain('\0\0\0\x04')
    }
  })

  it('is not chosen: HTTP/2 alone by ALPN ends the handshake', async () => {
    const socket = connect({
      ...{ host: '127.0.0.1', port: ca.joinPort },
      ...{ ALPNProtocols: ['h2'], rejectUnauthorized: false },
    })
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toMatch(/NO_APPLICATION_PROTOCOL/)
  })

  it.each(['websocket', 'h2c', 'TLS/1.0'])('is not upgraded to: %s', async (protocol) => {
    const headers = `Connection: Upgrade, close\r\nUpgrade: ${protocol}\r\nHost: a\r\n`
    for (const { statuses } of await everywhere((path) => `GET ${path} HTTP/1.1\r\n${headers}\r\n`))
      expect(statuses()).not.toContain(101)
  })

  it('is answered with an end where it is no HTTP at all', async () => {
    for (const octets of ['\0\0\0\0\0\0\0\0', 'EHLO a\r\n\r\n', '{"jsonrpc":"2.0"}\r\n\r\n'])
      for (const { statuses } of await everywhere(() => octets)) expect(statuses()).toEqual([400])
  })

  it('is told by its expectation that nothing else is done', async () => {
    for (const { statuses } of await everywhere(
      (path) => `GET ${path} HTTP/1.1\r\n${close}Expect: 999-magic\r\n\r\n`,
    ))
      expect(statuses()).toEqual([417])
  })
})
