import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hours, minutes } from '@easycerts/shared/time'
import { askCertificate, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAgeingCa } from './support/attacked-ca.ts'
import { alarmsOf, look, nodeOf, renewAndConfirm } from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAgeingCa()
})
afterAll(() => ca.dispose())

describe('two copies of one node', () => {
  it('are not told apart until one renews; then the other freezes both, and a recovery gives one a new key', async () => {
    const disk = await joinNode(ca, 'worker-1')
    const copy = { ...disk }
    for (const held of [disk, copy]) expect(await look(ca, held)).toMatchObject({ status: 200 })
    ca.advance(hours(1))
    const renewed = await renewAndConfirm(ca, disk)
    ca.advance(minutes(30))
    expect(await askCertificate(ca, copy, 'kubelet-client')).toMatchObject({
      code: 'ERR_IDENTITY_FORKED',
    })
    expect(await askCertificate(ca, renewed, 'kubelet-client')).toMatchObject({
      code: 'ERR_IDENTITY_FORKED',
    })
    expect(alarmsOf(ca)).toEqual(['identity-forked'])
    const { body } = await ca.operator('GET', '/v1/nodes?state=frozen')
    expect(body['nodes']).toMatchObject([{ name: 'worker-1', state: 'frozen' }])
    expect(await nodeOf(ca, 'worker-1')).toHaveProperty('events.0.kind', 'identity-forked')
  })
})
