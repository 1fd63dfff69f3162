import { expect } from 'vitest'
import { connectAs, joinNode } from '../../support/joiner.ts'
import { until } from '../../support/until.ts'
import type { AttackedCa } from './attacked-ca.ts'
import { look, renew } from './identity-attack.ts'

/** Ends the access of a node. */
export type ShutOut = (ca: AttackedCa, node: string) => Promise<unknown>

/** Every open connection of the node is closed, and a new one gets nothing but `code`. */
export const expectClosed = async (
  ca: AttackedCa,
  shutOut: ShutOut,
  code: string,
): Promise<void> => {
  const stolen = await joinNode(ca, 'worker-1')
  const pending = await renew(ca, stolen)
  const connections = [
    await connectAs(ca, stolen),
    await connectAs(ca, stolen),
    await connectAs(ca, pending),
  ]
  for (const connection of connections)
    expect(await connection.send('GET', '/v1/node')).toMatchObject({ status: 200 })
  await shutOut(ca, 'worker-1')
  await until(() => connections.every(({ socket }) => socket.closed), { every: 5 })
  for (const connection of connections)
    await expect(connection.send('GET', '/v1/node')).rejects.toThrow()
  expect(await look(ca, stolen)).toMatchObject({ code })
}

/** The connection of a bystander goes on while that of the node is closed. */
export const expectOthersOpen = async (ca: AttackedCa, shutOut: ShutOut): Promise<void> => {
  const [stolen, bystander] = [await joinNode(ca, 'worker-2'), await joinNode(ca, 'worker-3')]
  const connection = await connectAs(ca, bystander)
  const closed = await connectAs(ca, stolen)
  await shutOut(ca, 'worker-2')
  await until(() => closed.socket.closed, { every: 5 })
  expect(await connection.send('GET', '/v1/node')).toMatchObject({ status: 200 })
  connection.close()
}
