import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { days } from '@easycerts/shared/time'
import { type Identity, joinNode, openConnection } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { newKey, returnBody, tryReturn } from './support/identity-attack.ts'

let ca: AttackedCa
let nodes: Identity[]
beforeAll(async () => {
  ca = await startAttackedCa()
  nodes = [
    await joinNode(ca, 'worker-1'),
    await joinNode(ca, 'worker-2'),
    await joinNode(ca, 'worker-3'),
  ]
  ca.advance(days(31))
})
afterAll(() => ca.dispose())

const heldBy = (index: number): Identity => {
  const identity = nodes[index]
  if (!identity) throw new Error('no such node')
  return identity
}

describe('a proof of return that was recorded and is sent again', () => {
  it('is worth nothing on another connection', async () => {
    const node = heldBy(0)
    const [first, second] = [await openConnection(ca.joinPort), await openConnection(ca.joinPort)]
    const body = await returnBody(first, node, await newKey())
    expect(await second.send('POST', '/v1/return', body)).toMatchObject({
      status: 401,
      code: 'ERR_RETURN_PROOF_INVALID',
    })
    await second.send('POST', '/v1/return/nonce', {})
    expect(await second.send('POST', '/v1/return', body)).toMatchObject({
      code: 'ERR_RETURN_PROOF_INVALID',
    })
    expect(await first.send('POST', '/v1/return', body)).toMatchObject({ status: 200 })
    first.close()
    second.close()
  })

  it('is worth nothing a second time on its own connection', async () => {
    const node = heldBy(1)
    const connection = await openConnection(ca.joinPort)
    const body = await returnBody(connection, node, await newKey())
    expect(await connection.send('POST', '/v1/return', body)).toMatchObject({ status: 200 })
    expect(await connection.send('POST', '/v1/return', body)).toMatchObject({
      code: 'ERR_RETURN_PROOF_INVALID',
    })
    connection.close()
  })

  it('is worth nothing once the CA gave out a newer nonce on that connection', async () => {
    const node = heldBy(2)
    const connection = await openConnection(ca.joinPort)
    const body = await returnBody(connection, node, await newKey())
    await connection.send('POST', '/v1/return/nonce', {})
    expect(await connection.send('POST', '/v1/return', body)).toMatchObject({
      code: 'ERR_RETURN_PROOF_INVALID',
    })
    connection.close()
    expect(await tryReturn(ca, node)).toMatchObject({ status: 200 })
  })
})
