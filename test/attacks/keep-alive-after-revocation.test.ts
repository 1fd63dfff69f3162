import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectAs, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { look, renew } from './support/identity-attack.ts'
import { until } from '../support/until.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const shutOut = (node: string): Promise<unknown> => {
  const target = { kind: 'node', node }
  return ca.operator('POST', '/v1/revocations', { target, reason: 'keyCompromise' })
}

describe('a keep-alive connection of a thief that was open before a revocation', () => {
  it('is closed by the server at once, and a new one gets nothing', async () => {
    const stolen = await joinNode(ca, 'worker-1')
    const pending = await renew(ca, stolen)
    const connections = [
      await connectAs(ca, stolen),
      await connectAs(ca, stolen),
      await connectAs(ca, pending),
    ]
    for (const connection of connections)
      expect(await connection.send('GET', '/v1/node')).toMatchObject({ status: 200 })
    await shutOut('worker-1')
    await until(() => connections.every(({ socket }) => socket.closed), { every: 5 })
    for (const connection of connections)
      await expect(connection.send('GET', '/v1/node')).rejects.toThrow()
    expect(await look(ca, stolen)).toMatchObject({ code: 'ERR_IDENTITY_REVOKED' })
  })

  it('does not close the connections of anybody else', async () => {
    const [stolen, bystander] = [await joinNode(ca, 'worker-2'), await joinNode(ca, 'worker-3')]
    const connection = await connectAs(ca, bystander)
    const closed = await connectAs(ca, stolen)
    await shutOut('worker-2')
    await until(() => closed.socket.closed, { every: 5 })
    expect(await connection.send('GET', '/v1/node')).toMatchObject({ status: 200 })
    connection.close()
  })
})
