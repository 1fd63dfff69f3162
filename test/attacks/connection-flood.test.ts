import { connect } from 'node:tls'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { honestBound, honestNode, residentOf } from './support/honest-node.ts'

const ATTACKERS = 24
const GROWTH = 120
const HONEST_NODES = 3

let server: CaServerProcess
let honestWithin: number
beforeAll(async () => {
  server = await startCaServer()
  honestWithin = await honestBound(server)
})
afterAll(() => server.dispose())

/** Whole handshakes one after the other, each for nothing, until told to stop; how many. */
const flood = async (port: number, isOver: () => boolean): Promise<number> => {
  let handshakes = 0
  while (!isOver()) {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
    socket.on('error', () => undefined)
    await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]).catch(
      () => undefined,
    )
    socket.destroy()
    handshakes++
  }
  return handshakes
}

describe('one address that opens connections without end', () => {
  it('does not keep honest nodes behind the same address from joining and renewing', async () => {
    const before = residentOf(server)
    let isOver = false
    const attackers = Array.from({ length: ATTACKERS }, (_, index) =>
      flood(index % 2 === 0 ? server.joinPort : server.nodePort, () => isOver),
    )
    try {
      for (let turn = 1; turn <= HONEST_NODES; turn++)
        expect(await honestNode(server, `worker-${turn}`)).toBeLessThan(honestWithin)
    } finally {
      isOver = true
    }
    const handshakes = await Promise.all(attackers)
    expect(handshakes.reduce((sum, each) => sum + each)).toBeGreaterThan(ATTACKERS)
    expect(residentOf(server) - before).toBeLessThan(GROWTH)
  })
})
