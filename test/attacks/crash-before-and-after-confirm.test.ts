import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExportableKey } from '@easycerts/shared/key'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { connectAs, type Identity, joinNode } from '../support/joiner.ts'
import { askRenewal, confirm, look, newKey, nodeOf } from './support/identity-attack.ts'

let ca: CaServerProcess
beforeAll(async () => {
  ca = await startCaServer()
})
afterAll(() => ca.dispose())

const restart = async (): Promise<void> => {
  await ca.kill()
  await ca.start()
}

/** The answer to this key, as often as it is asked for. */
const renewWith = async (current: Identity, key: ExportableKey): Promise<Identity> => {
  const { body, code } = await askRenewal(ca, current, key)
  expect(code).toBeUndefined()
  return { key, certificate: String(body['certificate']) }
}

const expectWell = async (name: string, identity: Identity): Promise<void> => {
  expect(await look(ca, identity)).toMatchObject({ status: 200 })
  expect(await nodeOf(ca, name)).toMatchObject({ state: 'joined' })
  const { body } = await ca.operator('GET', '/v1/log')
  const kinds = (body['entries'] as { kind: string }[]).map(({ kind }) => kind)
  expect(kinds.filter((kind) => /forked|contested/.test(kind))).toEqual([])
}

describe('a crash of the CA or the node around the confirmation of a renewal', () => {
  it('before it: the same key gets the same certificate, and the old identity still counts', async () => {
    const current = await joinNode(ca, 'worker-1')
    const key = await newKey()
    const first = await renewWith(current, key)
    await restart()
    expect(await renewWith(current, key)).toEqual(first)
    expect(await confirm(ca, first)).toMatchObject({ status: 200 })
    await expectWell('worker-1', first)
  })

  it('in the middle of it: whether it took effect or not, the node confirms once more', async () => {
    const current = await joinNode(ca, 'worker-2')
    const next = await renewWith(current, await newKey())
    const connection = await connectAs(ca, next)
    const sent = connection.send('POST', '/v1/identity/confirm', {}).catch(() => undefined)
    await restart()
    await sent
    connection.close()
    expect(await confirm(ca, next)).toMatchObject({ status: 200, body: { confirmed: true } })
    await expectWell('worker-2', next)
  })

  it('after it: the confirmation stands, and a repeated one changes nothing', async () => {
    const current = await joinNode(ca, 'worker-3')
    const next = await renewWith(current, await newKey())
    expect(await confirm(ca, next)).toMatchObject({ status: 200 })
    await restart()
    expect(await confirm(ca, next)).toMatchObject({ status: 200 })
    expect(await look(ca, current)).toMatchObject({ code: 'ERR_IDENTITY_SUPERSEDED' })
    await expectWell('worker-3', next)
  })
})
