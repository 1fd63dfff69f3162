import { describe, expect, it } from 'vitest'
import { keyIdentifierOf } from '@easycerts/shared/x509'
import { type Forged, forgeCa, forgeServer } from '../support/join/forge-certificate.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

const NAME = 'easycerts enrolment g1'
const ca = await forgeCa(NAME)
const keyIdentifier = keyIdentifierOf(ca.certificate.spki)

const attacker = await forgeCa('attacker')
const sameName = await forgeCa(NAME)
const sameIdentifier = await forgeCa(NAME, { keyIdentifier })
const claimsToBeCrossSigned = await forgeCa('attacker', { key: attacker.key, issuer: sameName })
const crossSignsPinned = await forgeCa(NAME, { issuer: attacker, spki: ca.certificate.spki })
const borrowsKey = await forgeCa('attacker', { key: attacker.key, spki: ca.certificate.spki })

const below = (twin: Forged) => forgeServer(twin)

const TWINS: readonly (readonly [string, () => Promise<readonly Forged[]>])[] = [
  ['the same name', async () => [await below(sameName), sameName]],
  ['the same name and key identifier', async () => [await below(sameIdentifier), sameIdentifier]],
  [
    'the same name and key identifier, with the pinned one above it',
    async () => [await below(sameIdentifier), sameIdentifier, ca],
  ],
  [
    'the same name and key identifier, with the pinned one in its place',
    async () => [await below(sameIdentifier), ca],
  ],
  [
    'a CA that a twin of the pinned one has signed',
    async () => [await below(attacker), claimsToBeCrossSigned, ca],
  ],
  [
    'the pinned key in a certificate of the attacker’s',
    async () => [await below(attacker), borrowsKey],
  ],
  [
    'the pinned key in a certificate that the attacker signed across',
    async () => [await below(sameName), crossSignsPinned, attacker],
  ],
]

describe('a man in the middle whose CA looks like the pinned one', () => {
  for (const client of CLIENTS)
    it.each(TWINS)(`is refused by ${client}: %s`, async (_title, chain) => {
      const { code, heard } = await judgementOf(client, ca, { chain: await chain() })
      expect(code).toMatch(/^ERR_(PIN_MISMATCH|CHAIN_INVALID)$/)
      expect(heard).toEqual([])
    })
})
