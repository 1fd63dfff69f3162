import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { days, minutes } from '@easycerts/shared/time'
import { askCertificate, joinNode, joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAgeingCa } from './support/attacked-ca.ts'
import {
  alarmsOf,
  askRenewal,
  confirm,
  look,
  newKey,
  nodeOf,
  quarantine,
  renew,
  renewAndConfirm,
  tryReturn,
} from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAgeingCa()
})
afterAll(() => ca.dispose())

describe('a stolen identity key that is used after a quarantine', () => {
  it('gets nothing by any route, whichever of the identities is shown', async () => {
    const retired = await joinNode(ca, 'worker-1')
    const current = await renewAndConfirm(ca, retired)
    const pending = await renew(ca, current)
    await quarantine(ca, 'worker-1')
    ca.advance(minutes(30))
    for (const answer of [
      await look(ca, current),
      await look(ca, retired),
      await confirm(ca, pending),
      await askCertificate(ca, current, 'kubelet-client'),
      await askRenewal(ca, current, await newKey()),
    ])
      expect(answer).toMatchObject({ status: 403, code: 'ERR_NODE_QUARANTINED' })
    expect(await nodeOf(ca, 'worker-1')).toMatchObject({
      state: 'quarantined',
      stateReason: 'an attack',
    })
    expect(alarmsOf(ca)).toEqual([])
  })

  it('does not come back by waiting until it has expired, nor by a ticket of before', async () => {
    const stolen = await joinNode(ca, 'worker-2')
    const ticket = await takeTicket(ca, 'worker-2', { replace: true })
    await quarantine(ca, 'worker-2')
    await expect(joinWith(ca, ticket)).rejects.toThrow('ERR_TICKET_REVOKED')
    ca.advance(days(31))
    expect(await tryReturn(ca, stolen)).toMatchObject({ code: 'ERR_NODE_QUARANTINED' })
  })
})
