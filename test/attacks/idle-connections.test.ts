import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { freePort } from '../support/free-port.ts'
import { type Identity, joinNode } from '../support/joiner.ts'
import { honestBound, honestNode, residentOf } from './support/honest-node.ts'
import { openRaw, showing } from './support/raw-octets.ts'

const isFull = process.env['SOAK'] === 'full'
const PER_LISTENER = isFull ? 3_000 : 500
const AT_ONCE = 50
/** KiB of the server for each, whatever its listener. */
const EACH = 100

let server: CaServerProcess
let honestWithin: number
let node: Identity
let monitoringPort: number
beforeAll(async () => {
  monitoringPort = await freePort()
  server = await startCaServer({
    editConfig: (text) => `${text}\nmonitoring:\n  port: ${monitoringPort}\n`,
  })
  node = await joinNode(server, 'worker-0')
  honestWithin = await honestBound(server)
})
afterAll(() => server.dispose())

/** Connections that asked one thing, so that they may stay, and then say nothing. */
const idle = async (port: number, path: string, tls?: object): Promise<Socket[]> => {
  const sockets: Socket[] = []
  while (sockets.length < PER_LISTENER) {
    const opened = await Promise.all(Array.from({ length: AT_ONCE }, () => openRaw(port, tls)))
    for (const { socket } of opened) socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    sockets.push(...opened.map(({ socket }) => socket))
  }
  return sockets
}

describe('thousands of idle connections on all listeners together', () => {
  it('take little memory, and no honest node’s place', async () => {
    const before = residentOf(server)
    const sockets = [
      ...(await idle(server.joinPort, '/v1/time?nonce=abcdefghijklmnop', {})),
      ...(await idle(server.nodePort, '/v1/time', showing(node))),
      ...(await idle(server.publicPort, '/crl/cluster-g1.crl')),
      ...(await idle(monitoringPort, '/healthz')),
    ]
    const open = sockets.filter(({ destroyed }) => !destroyed)
    expect(open.length).toBeGreaterThan(sockets.length * 0.9)
    await expect(honestNode(server, 'worker-1')).resolves.toBeLessThan(honestWithin)
    const growth = residentOf(server) - before
    expect(growth).toBeLessThan((EACH * sockets.length) / 1024 + 60)
    for (const socket of sockets) socket.destroy()
    await expect(honestNode(server, 'worker-2')).resolves.toBeLessThan(honestWithin)
  })
})
