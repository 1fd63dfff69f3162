import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { days } from '@easycerts/shared/time'
import { joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { tryReturn } from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a thief with the expired key of a master', () => {
  it('is not let back in: masters come back by a ticket', async () => {
    const master = await joinNode(ca, 'master-1', { role: 'master' })
    const admin = await joinNode(ca, 'master-2', { role: 'master', clusterAdmin: true })
    ca.advance(days(31))
    for (const held of [master, admin])
      expect(await tryReturn(ca, held)).toMatchObject({ status: 403, code: 'ERR_RETURN_REFUSED' })
  })
})
