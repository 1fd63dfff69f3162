import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, parseCertificateChain } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { CUTS_TIMEOUT, cutEverywhere } from './support/cut-exchange.ts'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy.ts'
import { newNode } from './support/joining-node.ts'

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

describe('a wire that is cut anywhere while a certificate is issued', () => {
  it(
    'costs a second try: what the CA signed is on record, and no serial number twice',
    async () => {
      const node = await newNode(ca, 'worker-1')
      await node.join(ca.joinPort)
      await node.confirm(ca.nodePort)
      const received = new Set<string>()
      let exchanges = 0
      const failed = await cutEverywhere(proxy, async () => {
        const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
        exchanges++
        return async () => {
          const client = node.connect(proxy.port)
          const pem = await client.certificate('kubelet-client', csr).finally(() => client.close())
          received.add(parseCertificateChain(pem)[0].serialNumber)
        }
      })
      expect(failed).toBeGreaterThan(exchanges / 2)
      const rows = ca.rows(`SELECT serial_number AS serial, state FROM certificates
        WHERE profile = 'kubelet-client'`)
      const issued = new Set(rows.map(({ serial }) => serial))
      expect(issued.size).toBe(rows.length)
      expect([...received].every((serial) => issued.has(serial))).toBe(true)
      expect(rows.every(({ state }) => state === 'issued')).toBe(true)
      expect(rows.length).toBeLessThanOrEqual(2 * exchanges)
    },
    CUTS_TIMEOUT,
  )
})
