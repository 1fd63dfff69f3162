import { describe, expect, it } from 'vitest'
import { forgeCa, forgeCertificate, forgeServer } from '../support/join/forge-certificate.ts'
import { CLIENTS, judgementOf } from './support/shown-chain.ts'

const server = { hosts: ['127.0.0.1'], purposes: ['serverAuth'] } as const
const ca = await forgeCa('easycerts enrolment g1', server)

describe('a server that shows a CA certificate as its own', () => {
  it.each(CLIENTS)('is refused by %s even if it is the pinned one with its key', async (client) => {
    const { code, heard } = await judgementOf(client, ca, { chain: [ca] })
    expect(code).toBe('ERR_CHAIN_INVALID')
    expect(heard).toEqual([])
  })

  it.each(CLIENTS)('is refused by %s if the pinned CA made it a CA', async (client) => {
    const below = await forgeServer(ca, { isCa: true })
    const { code, heard } = await judgementOf(client, ca, { chain: [below, ca] })
    expect(code).toBe('ERR_CHAIN_INVALID')
    expect(heard).toEqual([])
  })

  it.each(CLIENTS)('is refused by %s if its leaf signed another leaf', async (client) => {
    const leaf = await forgeCertificate({ commonName: 'a leaf', issuer: ca, ...server })
    const chain = [await forgeServer(leaf), leaf, ca]
    const { code, heard } = await judgementOf(client, ca, { chain })
    expect(code).toMatch(/^ERR_(PIN_MISMATCH|CHAIN_INVALID)$/)
    expect(heard).toEqual([])
  })
})
