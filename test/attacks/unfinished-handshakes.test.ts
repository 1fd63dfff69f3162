import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { allClosed, honestBound, honestNode, residentOf } from './support/honest-node.ts'

const PER_LISTENER = 500
/** The bound of the server, and slack for a busy machine. */
const [HANDSHAKE, SLACK] = [10_000, 8_000]
const GROWTH = 120

let server: CaServerProcess
let honestWithin: number
beforeAll(async () => {
  server = await startCaServer()
  honestWithin = await honestBound(server)
})
afterAll(() => server.dispose())

/** The begin of a TLS record of a ClientHello of 508 octets, of which no more ever comes. */
const BEGUN = Buffer.from('160301020001' + '0001fc' + '0303' + '00'.repeat(20), 'hex')
const BEGINNINGS = [Buffer.alloc(0), BEGUN.subarray(0, 1), BEGUN.subarray(0, 5), BEGUN]

const begin = async (port: number, octets: Buffer): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(octets)
  socket.resume()
  return socket
}

describe('a thousand TLS handshakes that never end', () => {
  it('are given up in time and in little memory, while honest nodes join and renew', async () => {
    const before = residentOf(server)
    const sockets = await Promise.all(
      [server.joinPort, server.nodePort].flatMap((port) =>
        Array.from({ length: PER_LISTENER }, (_, index) =>
          begin(port, BEGINNINGS[index % BEGINNINGS.length]!),
        ),
      ),
    )
    await expect(honestNode(server, 'worker-1')).resolves.toBeLessThan(honestWithin)
    expect(residentOf(server) - before).toBeLessThan(GROWTH)
    await allClosed(sockets, HANDSHAKE + SLACK)
    await expect(honestNode(server, 'worker-2')).resolves.toBeLessThan(honestWithin)
  })
})
