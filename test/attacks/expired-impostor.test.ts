import { describe, expect, it } from 'vitest'
import { type Forged, forgeCa, forgeServer } from '../support/join/forge-certificate.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

const MINUTE = 60_000
const OVER = { until: new Date(Date.now() - MINUTE) }
const TO_COME = { from: new Date(Date.now() + MINUTE) }

const ca = await forgeCa('easycerts enrolment g1')
const attacker = await forgeCa('attacker')

const POSING: readonly (readonly [string, () => Promise<readonly Forged[]>])[] = [
  ['a CA of its own', async () => [await forgeServer(attacker, OVER), attacker]],
  [
    'a leaf that only claims its issuer',
    async () => [await forgeServer(attacker, { claimedIssuer: ca, ...OVER }), ca],
  ],
  [
    'such a leaf that is to come',
    async () => [await forgeServer(attacker, { claimedIssuer: ca, ...TO_COME }), ca],
  ],
  [
    'a genuine leaf for another name',
    async () => [await forgeServer(ca, { hosts: ['10.9.9.9'], ...OVER }), ca],
  ],
  [
    'a genuine identity of a node',
    async () => [await forgeServer(ca, { purposes: ['clientAuth'], ...OVER }), ca],
  ],
]

describe('a man in the middle that hides behind dates that are over', () => {
  for (const client of CLIENTS)
    it.each(POSING)(`is told from a wrong clock by ${client}: %s`, async (_title, chain) => {
      const { code, heard } = await judgementOf(client, ca, { chain: await chain() })
      expect(code).toMatch(/^ERR_(PIN_MISMATCH|CHAIN_INVALID)$/)
      expect(heard).toEqual([])
    })

  it('is not the CA whose certificate is over, of which certmgr says that it is the clock', async () => {
    const chain = [await forgeServer(ca, OVER), ca]
    const { code, heard } = await judgementOf('certmgr', ca, { chain })
    expect(code).toBe('ERR_CLOCK_WRONG')
    expect(heard).toEqual([])
  })
})
