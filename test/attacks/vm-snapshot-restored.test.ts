import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hours } from '@easycerts/shared/time'
import { joinNode, joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAgeingCa } from './support/attacked-ca.ts'
import {
  alarmsOf,
  askRenewal,
  confirm,
  look,
  newKey,
  nodeOf,
  renewAndConfirm,
} from './support/identity-attack.ts'
import { ticketPublicKey } from '@easycerts/shared/ticket'
import { Secret } from '@easycerts/shared/encoding'
import { randomBytes } from 'node:crypto'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAgeingCa()
})
afterAll(() => ca.dispose())

describe('a snapshot of a machine that is put back after its identity was renewed', () => {
  it('alarms and freezes the node, until an operator gives it a new key', async () => {
    const snapshot = await joinNode(ca, 'worker-1')
    ca.advance(hours(1))
    const lost = await renewAndConfirm(ca, snapshot)
    ca.advance(hours(1))
    expect(await askRenewal(ca, snapshot, await newKey())).toMatchObject({
      code: 'ERR_IDENTITY_FORKED',
    })
    expect(alarmsOf(ca)).toEqual(['identity-forked'])

    const seed = new Secret(randomBytes(32))
    const publicKey = ticketPublicKey(seed).toString('base64url')
    const { body } = await ca.operator('POST', '/v1/nodes/worker-1/recover', {
      ttl: '1h',
      publicKey,
    })
    const ticket = { id: String(body['id']), seed, pins: body['pins'] as string[] }
    const fresh = await joinWith(ca, ticket)
    expect(await confirm(ca, fresh)).toMatchObject({ status: 200 })
    ca.advance(hours(1))
    // Whoever still holds either of the old keys freezes nothing with it any more.
    for (const old of [snapshot, lost])
      expect(await look(ca, old)).toMatchObject({ code: 'ERR_IDENTITY_SUPERSEDED' })
    expect(await look(ca, fresh)).toMatchObject({ status: 200 })
    expect(await nodeOf(ca, 'worker-1')).toMatchObject({ state: 'joined', stateReason: null })
  })

  it('is put back by an ordinary ticket without any alarm, where the operator knew of it', async () => {
    const snapshot = await joinNode(ca, 'worker-2')
    await renewAndConfirm(ca, snapshot)
    const before = alarmsOf(ca).length
    const fresh = await joinWith(ca, await takeTicket(ca, 'worker-2', { replace: true }))
    await confirm(ca, fresh)
    ca.advance(hours(1))
    expect(await look(ca, snapshot)).toMatchObject({ code: 'ERR_IDENTITY_SUPERSEDED' })
    expect(alarmsOf(ca)).toHaveLength(before)
  })
})
