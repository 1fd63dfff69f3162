import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { callAs, type Identity, joinNode } from '../../support/joiner.ts'

let ca: CaServerProcess
let master: Identity
beforeAll(async () => {
  ca = await startCaServer()
  master = await joinNode(ca, 'master-1', { role: 'master', hosts: ['10.0.0.21'] })
})
afterAll(() => ca.dispose())

const LEASE = { component: 'etcd', lease: 'a'.repeat(32) }
const take = async () => (await callAs(ca, master, 'POST', '/v1/restart-leases', LEASE)).body
const breakIt = () => ca.ca(['lease', 'break', 'etcd', 'master-1', '--reason', 'it is gone'])

describe('ca-server lease', () => {
  it('lists what is held, also after the server was killed', async () => {
    expect(await take()).toMatchObject({ state: 'granted', members: [] })
    await ca.kill()
    await ca.start()
    const { stdout } = await ca.ca(['lease', 'list'])
    expect(JSON.parse(stdout)).toEqual([
      {
        component: 'etcd',
        node: 'master-1',
        takenAt: expect.any(String) as string,
        expiresAt: expect.any(String) as string,
      },
    ])
  })

  it('breaks one with a reason that the log keeps, and only one that is held', async () => {
    expect((await breakIt()).exitCode).toBe(0)
    expect(await take()).toMatchObject({ state: 'ended', how: 'broken' })
    expect(await breakIt()).toMatchObject({ code: 'ERR_USAGE', exitCode: 64 })
    const { stdout } = await ca.ca(['log', 'show', '--kind', 'restart-lease-broken'])
    expect(stdout).toContain('it is gone')
    expect((await ca.ca(['log', 'verify'])).exitCode).toBe(0)
  })

  it('wants to be told why', async () => {
    expect((await ca.ca(['lease', 'break', 'etcd', 'master-1'])).exitCode).toBe(64)
  })
})
