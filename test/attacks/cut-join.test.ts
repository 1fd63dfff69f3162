import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { CUTS_TIMEOUT, cutEverywhere } from './support/cut-exchange.ts'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy.ts'
import { type JoiningNode, newNode } from './support/joining-node.ts'

let ca: AttackedCa
let proxy: CuttingProxy
beforeAll(async () => {
  ca = await startAttackedCa()
  proxy = await startCuttingProxy(ca.joinPort)
})
afterAll(async () => {
  await proxy.close()
  await ca.dispose()
})

describe('a wire that is cut anywhere during a join', () => {
  it(
    'costs a second try with the same ticket, and no ticket, certificate or alarm',
    async () => {
      const nodes: JoiningNode[] = []
      const failed = await cutEverywhere(proxy, async () => {
        const node = await newNode(ca, `worker-${nodes.length}`)
        nodes.push(node)
        return () => node.join(proxy.port)
      })
      expect(failed).toBeGreaterThan(nodes.length / 2)
      for (const node of nodes) await node.confirm(ca.nodePort)

      const identities = ca.rows('SELECT node, state FROM identities')
      expect(identities).toHaveLength(nodes.length)
      expect(identities.every(({ state }) => state === 'current')).toBe(true)
      const kinds = new Set(ca.rows('SELECT kind FROM log').map(({ kind }) => kind))
      expect([...kinds]).not.toContain('ticket-contested')
      const issued = ca.rows(`SELECT serial_number AS serial FROM certificates
        WHERE profile = 'node-identity' AND state = 'issued'`)
      expect(new Set(issued.map(({ serial }) => serial)).size).toBe(nodes.length)
    },
    CUTS_TIMEOUT,
  )
})
