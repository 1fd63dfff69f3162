import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { openConnection, takeTicket, joinBody } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'

const FAILURES = 4

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa({
    config: { limits: { address: { failuresPerMinute: FAILURES } } },
  })
})
afterAll(() => ca.dispose())

describe('a guesser that writes other addresses into its requests', () => {
  it('is limited by the address that it has', async () => {
    const held = await takeTicket(ca, 'worker-1')
    const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
    const codes: (string | undefined)[] = []
    for (let turn = 0; turn < 2 * FAILURES; turn++) {
      const connection = await openConnection(ca.joinPort)
      const address = `198.51.100.${turn}`
      const headers = {
        'x-forwarded-for': address,
        'x-real-ip': address,
        forwarded: `for=${address}`,
        'x-client-ip': address,
      }
      const body = joinBody({ ...held, id: '2'.repeat(12) }, csr, connection.exporter)
      const { code } = await connection.send('POST', '/v1/join', body, headers)
      codes.push(code)
      connection.close()
    }
    expect(codes.slice(0, FAILURES)).not.toContain('ERR_RATE_LIMITED')
    expect(new Set(codes.slice(FAILURES))).toEqual(new Set(['ERR_RATE_LIMITED']))
    const entries = ca.rows('SELECT entry FROM log').map(({ entry }) => String(entry))
    expect(entries.filter((entry) => entry.includes('198.51.100'))).toEqual([])
  })
})
