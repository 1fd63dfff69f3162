import { describe, expect, it } from 'vitest'
import { type Forged, forgeCa, forgeServer } from '../support/join/forge-certificate.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

const ca = await forgeCa('easycerts enrolment g1')
const attacker = await forgeCa('attacker')
const leaf = await forgeServer(attacker)
const posing = await forgeServer(attacker, { claimedIssuer: ca })

const BUNDLES: readonly (readonly [string, readonly Forged[]])[] = [
  ['at its end', [leaf, attacker, ca]],
  ['before its own CA', [leaf, ca, attacker]],
  ['alone above its leaf', [leaf, ca]],
  ['above a leaf that claims to be issued by it', [posing, ca]],
  ['above and below such a leaf’s true CA', [posing, ca, attacker, ca]],
]

describe('a man in the middle that sends the pinned certificate beside its own', () => {
  for (const client of CLIENTS)
    it.each(BUNDLES)(`is refused by ${client}: %s`, async (_where, chain) => {
      const { code, heard } = await judgementOf(client, ca, { chain })
      expect(code).toMatch(/^ERR_(PIN_MISMATCH|CHAIN_INVALID)$/)
      expect(heard).toEqual([])
    })
})
