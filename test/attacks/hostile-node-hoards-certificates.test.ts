import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askCertificate, callAs, connectAs, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa({
    config: { limits: { identity: { certificatesAtOnce: 8, certificatesPerHour: 60 } } },
  })
})
afterAll(() => ca.dispose())

describe('a node that asks for one certificate after the other', () => {
  it('has its share and waits for more, by whatever identity; other nodes go on', async () => {
    const [greedy, other] = [await joinNode(ca, 'worker-1'), await joinNode(ca, 'worker-2')]
    const connection = await connectAs(ca, greedy)
    const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
    const ask = () =>
      connection.send('POST', '/v1/certificates', { profile: 'kubelet-client', csr })
    const answers = await Promise.all(Array.from({ length: 30 }, ask))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(8)
    const refused = answers.filter(({ code }) => code === 'ERR_RATE_LIMITED')
    expect(refused).toHaveLength(22)
    for (const { headers } of refused) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(50)
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
    }
    // A new identity is no new account.
    const renewal = { csr: buildCertificateRequest(await generateSigningKey('ecdsa-p256')) }
    await expect(connection.send('POST', '/v1/identity/renew', renewal)).resolves.toMatchObject({
      code: 'ERR_RATE_LIMITED',
    })
    connection.close()
    await expect(callAs(ca, greedy, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
    expect((await askCertificate(ca, other, 'kubelet-client')).status).toBe(200)
    const issued = ca.rows(
      `SELECT count(*) AS count FROM certificates WHERE node = 'worker-1' AND profile = 'kubelet-client'`,
    )
    expect(issued).toEqual([{ count: 8 }])
  })
})
