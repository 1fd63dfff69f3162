import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { type Identity, joinNode } from '../support/joiner.ts'
import { allClosed, honestBound, honestNode } from './support/honest-node.ts'
import { openRaw, type RawConnection, showing } from './support/raw-octets.ts'

const ATTACKERS = 60
/** The bounds of the server on headers and on whole requests, and how often it looks. */
const [HEADERS, REQUEST, CHECK] = [10_000, 20_000, 2_000]
/** For a busy machine. */
const SLACK = 6_000

let server: CaServerProcess
let honestWithin: number
let node: Identity
beforeAll(async () => {
  server = await startCaServer()
  node = await joinNode(server, 'worker-0')
  honestWithin = await honestBound(server)
})
afterAll(() => server.dispose())

/** One octet more each half second, for as long as the server listens. */
const drip = (socket: Socket): void => {
  const timer = setInterval(() => socket.write('x'), 500)
  socket.once('close', () => clearInterval(timer))
}

const HEAD = 'POST /v1/join HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'
const SLOW = {
  headers: `${HEAD}X-Slow: `,
  'a body': `${HEAD}Content-Length: 60000\r\n\r\n{"ticket":"`,
  chunks: `${HEAD}Transfer-Encoding: chunked\r\n\r\nffff\r\n{"ticket":"`,
} as const

const openSlow = async (octets: string): Promise<RawConnection[]> => {
  const doors = [
    () => openRaw(server.joinPort, {}),
    () => openRaw(server.nodePort, showing(node)),
    () => openRaw(server.publicPort),
  ]
  const each = Array.from({ length: ATTACKERS }, (_, index) => doors[index % doors.length]!())
  const connections = await Promise.all(each)
  for (const { socket } of connections) {
    socket.write(octets)
    drip(socket)
  }
  return connections
}

describe('whoever sends requests one octet at a time, on every listener', () => {
  it('is cut off in time, while honest nodes join and renew', async () => {
    const startedAt = performance.now()
    const slow = await Promise.all(Object.values(SLOW).map(openSlow))
    await expect(honestNode(server, 'worker-1')).resolves.toBeLessThan(honestWithin)

    const [headers = [], ...bodies] = slow
    const sockets = headers.map(({ socket }) => socket)
    await allClosed(sockets, HEADERS + CHECK + SLACK)
    const reset = headers.filter(({ statuses }) => statuses().length === 0)
    expect(new Set(headers.flatMap(({ statuses }) => statuses()))).toEqual(new Set([408]))
    expect(reset.length).toBeLessThan(headers.length / 2)

    await expect(honestNode(server, 'worker-2')).resolves.toBeLessThan(honestWithin)
    if (process.env['SOAK'] !== 'full') return
    const rest = bodies.flat().map(({ socket }) => socket)
    await allClosed(rest, REQUEST + CHECK + SLACK)
    expect(performance.now() - startedAt).toBeLessThan(REQUEST + 2 * CHECK + 2 * SLACK)
  })
})
