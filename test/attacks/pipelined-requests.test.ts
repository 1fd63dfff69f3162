import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { until } from '../support/until.ts'
import { honestBound, honestNode, residentOf } from './support/honest-node.ts'
import { openRaw } from './support/raw-octets.ts'

const CONNECTIONS = 10
const REQUESTS = 20_000
const GROWTH = 200

let server: CaServerProcess
let honestWithin: number
beforeAll(async () => {
  server = await startCaServer()
  honestWithin = await honestBound(server)
})
afterAll(() => server.dispose())

describe('whoever sends thousands of requests at once over one connection and reads no answer', () => {
  it('fills no memory: the server stops reading, and honest nodes join and renew', async () => {
    const before = residentOf(server)
    const requests = 'GET /issuer/cluster-g1.pem HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(REQUESTS)
    const connections = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => openRaw(server.publicPort)),
    )
    for (const { socket } of connections) {
      socket.pause()
      socket.write(requests)
    }
    await expect(honestNode(server, 'worker-1')).resolves.toBeLessThan(honestWithin)
    expect(residentOf(server) - before).toBeLessThan(GROWTH)
    for (const { socket } of connections) socket.destroy()
    await expect(honestNode(server, 'worker-2')).resolves.toBeLessThan(honestWithin)
  })

  it('is answered in order once it reads', async () => {
    const { socket, statuses } = await openRaw(server.publicPort)
    const paths = ['/issuer/cluster-g1.pem', '/issuer/none.pem', '/crl/etcd-g1.crl']
    for (const path of paths) socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await until(() => statuses().length === paths.length)
    expect(statuses()).toEqual([200, 404, 200])
    socket.destroy()
  })
})
