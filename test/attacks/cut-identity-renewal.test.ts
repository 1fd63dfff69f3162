import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { CUTS_TIMEOUT, cutEverywhere } from './support/cut-exchange.ts'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy.ts'
import { type JoiningNode, newNode } from './support/joining-node.ts'

let ca: AttackedCa
let proxy: CuttingProxy
beforeAll(async () => {
  ca = await startAttackedCa()
  proxy = await startCuttingProxy(ca.nodePort)
})
afterAll(async () => {
  await proxy.close()
  await ca.dispose()
})

describe('a wire that is cut anywhere during the renewal of an identity and its confirmation', () => {
  it(
    'costs a second try, and leaves one current identity and no alarm',
    async () => {
      const nodes: JoiningNode[] = []
      const failed = await cutEverywhere(proxy, async () => {
        const node = await newNode(ca, `worker-${nodes.length}`)
        nodes.push(node)
        await node.join(ca.joinPort)
        await node.confirm(ca.nodePort)
        return () => node.renew(proxy.port)
      })
      expect(failed).toBeGreaterThan(nodes.length / 2)

      const states = ca.rows('SELECT state, count(*) AS count FROM identities GROUP BY state')
      expect(states).toEqual([
        { state: 'current', count: nodes.length },
        { state: 'retired', count: nodes.length },
      ])
      const current = ca.rows("SELECT fingerprint FROM identities WHERE state = 'current'")
      const held = nodes.map(({ store }) => store.load()?.certificate.fingerprint)
      expect(current.map(({ fingerprint }) => fingerprint).sort()).toEqual(held.sort())
      expect(nodes.every(({ store }) => store.load()?.isConfirmed)).toBe(true)
      const alarms = ca.rows(`SELECT kind FROM log WHERE kind LIKE '%fork%'
        OR kind LIKE '%frozen%' OR kind IN ('ticket-contested', 'identity-superseded')`)
      expect(alarms).toEqual([])
    },
    CUTS_TIMEOUT,
  )
})
