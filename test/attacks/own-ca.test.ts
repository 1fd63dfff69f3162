import { describe, expect, it } from 'vitest'
import { forgeCa, forgeServer } from '../support/join/forge-certificate.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

const ca = await forgeCa('easycerts enrolment g1')
const attacker = await forgeCa('attacker')

describe('a man in the middle with a CA of its own', () => {
  it.each(CLIENTS)('is refused by %s, which tells it nothing', async (client) => {
    const chain = [await forgeServer(attacker), attacker]
    const { code, heard } = await judgementOf(client, ca, { chain })
    expect(code).toBe(client === 'node-join' ? 'ERR_PIN_MISMATCH' : 'ERR_CHAIN_INVALID')
    expect(heard).toEqual([])
  })

  it.each(CLIENTS)('is refused by %s with a certificate that signs itself', async (client) => {
    const alone = await forgeServer(attacker, { key: attacker.key, claimedIssuer: attacker })
    const { code, heard } = await judgementOf(client, ca, { chain: [alone] })
    expect(code).toMatch(/ERR_(PIN_MISMATCH|CHAIN_INVALID)/)
    expect(heard).toEqual([])
  })

  it.each(CLIENTS)('is not what %s refuses: the CA itself is let in', async (client) => {
    const { code, heard } = await judgementOf(client, ca, { chain: [await forgeServer(ca), ca] })
    expect(code).toBe(client === 'node-join' ? undefined : 'ERR_CA_REPLY_INVALID')
    expect(heard).toHaveLength(1)
  })
})
