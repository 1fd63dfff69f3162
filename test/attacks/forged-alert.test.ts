import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { forgeCa } from '../support/join/forge-certificate.ts'
import { CLIENTS, dial } from './support/shown-chain.ts'

const ca = await forgeCa('easycerts enrolment g1')

/** Alerts of RFC 8446 §6 that speak of the client's certificate, as plaintext records. */
const ALERTS = [
  ['bad_certificate', 42],
  ['certificate_revoked', 44],
  ['certificate_expired', 45],
  ['certificate_unknown', 46],
  ['unknown_ca', 48],
  ['access_denied', 49],
] as const

/** Whoever sits on the wire: it reads a ClientHello and answers with one fatal alert. */
const alerting = async (description: number): Promise<string> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(Buffer.of(21, 3, 3, 0, 2, 2, description)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a stranger on the wire that forges an alert before anybody has proved anything', () => {
  for (const client of CLIENTS)
    it.each(ALERTS)(
      `does not make ${client} believe that its identity is refused: %s`,
      async (_name, description) => {
        const url = await alerting(description)
        await expect(dial(client, ca, url)).rejects.toMatchObject({ code: 'ERR_CA_UNREACHABLE' })
      },
    )
})
