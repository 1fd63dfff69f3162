import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { honestBound, honestNode, residentOf } from './support/honest-node.ts'
import { exchangeRaw } from './support/raw-octets.ts'

const MEBIBYTE = 1 << 20
const GROWTH = 120

let server: CaServerProcess
let honestWithin: number
beforeAll(async () => {
  server = await startCaServer()
  honestWithin = await honestBound(server)
})
afterAll(() => server.dispose())

const GET = 'GET /v1/time?nonce=abcdefghijklmnop HTTP/1.1\r\nHost: a\r\n'
const chunks =
  'POST /v1/join HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n'
const CLOSE = 'Connection: close\r\n'

const HUGE: readonly (readonly [string, string, number])[] = [
  ['one header of 1 MiB', `${GET}X: ${'x'.repeat(MEBIBYTE)}\r\n\r\n`, 431],
  ['a name of 1 MiB', `${GET}${'x'.repeat(MEBIBYTE)}: x\r\n\r\n`, 431],
  ['200,000 headers', `${GET}${'a:b\r\n'.repeat(200_000)}\r\n`, 431],
  ['a path of 1 MiB', `GET /${'x'.repeat(MEBIBYTE)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  [
    'a query of 1 MiB',
    `GET /v1/time?nonce=${'x'.repeat(MEBIBYTE)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    431,
  ],
  ['headers without an end', `${GET}${'x-a: b\r\n'.repeat(MEBIBYTE / 8)}`, 431],
  ['a method of 1 MiB', 'G'.repeat(MEBIBYTE), 400],
  [
    'a cookie of 15 KiB beside the honest rest',
    `${GET}${CLOSE}Cookie: ${'x'.repeat(15_000)}\r\n\r\n`,
    200,
  ],
  ['an extension of a chunk of 1 MiB', `${chunks}\r\n1;${'x'.repeat(MEBIBYTE)}\r\n`, 413],
]

describe('headers that are made to fill memory', () => {
  it.each(HUGE)('are refused early: %s', async (_title, octets, status) => {
    const { statuses } = await exchangeRaw(server.joinPort, octets, {})
    // The refusal may be lost when the rest of what was sent arrives at a closed socket.
    expect([[], [status]]).toContainEqual(statuses())
  })

  it('take no memory of the server, and honest nodes join', async () => {
    const before = residentOf(server)
    const octets = HUGE[0]?.[1] ?? ''
    await Promise.all(Array.from({ length: 40 }, () => exchangeRaw(server.joinPort, octets, {})))
    await expect(honestNode(server, 'worker-1')).resolves.toBeLessThan(honestWithin)
    expect(residentOf(server) - before).toBeLessThan(GROWTH)
  })
})
