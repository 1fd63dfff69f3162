import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { days } from '@easycerts/shared/time'
import { askCertificate, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAgeingCa } from './support/attacked-ca.ts'
import {
  alarmsOf,
  askRenewal,
  confirm,
  look,
  newKey,
  renew,
  tryReturn,
} from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAgeingCa()
})
afterAll(() => ca.dispose())

describe('a stolen identity key that is used after a revocation', () => {
  it('looks, asks, renews and confirms for nothing, and freezes nobody', async () => {
    const stolen = await joinNode(ca, 'worker-1')
    const pending = await renew(ca, stolen)
    const target = { kind: 'identity', identity: 'worker-1' }
    await ca.operator('POST', '/v1/revocations', { target, reason: 'keyCompromise' })
    for (const answer of [
      await look(ca, stolen),
      await askCertificate(ca, stolen, 'kubelet-client'),
      await askRenewal(ca, stolen, await newKey()),
      await confirm(ca, pending),
    ])
      expect(answer).toMatchObject({ status: 401, code: 'ERR_IDENTITY_REVOKED' })
    expect(alarmsOf(ca)).toEqual([])
  })

  it('does not come back when it has expired, though there was no certificate left to revoke', async () => {
    const stolen = await joinNode(ca, 'worker-2')
    ca.advance(days(31))
    const target = { kind: 'node', node: 'worker-2' }
    const { status } = await ca.operator('POST', '/v1/revocations', {
      target,
      reason: 'keyCompromise',
    })
    expect(status).toBe(200)
    expect(await tryReturn(ca, stolen)).toMatchObject({ code: 'ERR_IDENTITY_REVOKED' })
  })
})
