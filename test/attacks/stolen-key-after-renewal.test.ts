import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minutes } from '@easycerts/shared/time'
import { askCertificate, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAgeingCa } from './support/attacked-ca.ts'
import {
  alarmsOf,
  identityCheck,
  look,
  nodeOf,
  renewAndConfirm,
} from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAgeingCa()
})
afterAll(() => ca.dispose())

describe('a stolen identity key that is used after the node has renewed its identity', () => {
  it('gets nothing at once, and later freezes both branches and alarms', async () => {
    const stolen = await joinNode(ca, 'worker-1')
    const honest = await renewAndConfirm(ca, stolen)
    expect(await look(ca, stolen)).toMatchObject({ code: 'ERR_IDENTITY_SUPERSEDED' })
    expect(await identityCheck(ca)).toBe('ok')

    ca.advance(minutes(10))
    expect(await askCertificate(ca, stolen, 'kubelet-client')).toMatchObject({
      status: 401,
      code: 'ERR_IDENTITY_FORKED',
    })
    expect(await look(ca, honest)).toMatchObject({ code: 'ERR_IDENTITY_FORKED' })
    expect(alarmsOf(ca)).toEqual(['identity-forked'])
    expect(await identityCheck(ca)).toBe('failed')
    expect(await nodeOf(ca, 'worker-1')).toMatchObject({
      state: 'frozen',
      stateReason: expect.stringContaining('127.0.0.1') as string,
    })
  })
})
