import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minutes } from '@easycerts/shared/time'
import { joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAgeingCa } from './support/attacked-ca.ts'
import {
  alarmsOf,
  askRenewal,
  confirm,
  look,
  newKey,
  nodeOf,
  renew,
} from './support/identity-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAgeingCa()
})
afterAll(() => ca.dispose())

describe('two processes that use one identity', () => {
  it('are noticed when both renew it: the key that lost shows that there are two', async () => {
    const shared = await joinNode(ca, 'worker-1')
    const [first, second] = [await renew(ca, shared), await renew(ca, shared)]
    expect(await confirm(ca, second)).toMatchObject({ status: 200 })
    expect(await confirm(ca, first)).toMatchObject({ code: 'ERR_IDENTITY_SUPERSEDED' })
    expect(alarmsOf(ca)).toEqual([])
    ca.advance(minutes(10))
    expect(await confirm(ca, first)).toMatchObject({ code: 'ERR_IDENTITY_FORKED' })
    expect(await look(ca, second)).toMatchObject({ code: 'ERR_IDENTITY_FORKED' })
    expect(alarmsOf(ca)).toEqual(['identity-forked'])
    expect(await nodeOf(ca, 'worker-1')).toMatchObject({ state: 'frozen' })
  })

  it('never have two current identities, however they interleave', async () => {
    const shared = await joinNode(ca, 'worker-2')
    const keys = await Promise.all([newKey(), newKey(), newKey(), newKey()])
    const answers = await Promise.all(
      keys.map(async (key) => {
        const { body } = await askRenewal(ca, shared, key)
        const own = { key, certificate: String(body['certificate']) }
        return confirm(ca, own)
      }),
    )
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    const current = ca.rows(
      `SELECT 1 FROM identities WHERE node = 'worker-2' AND state = 'current'`,
    )
    expect(current).toHaveLength(1)
  })
})
