import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minutes } from '@easycerts/shared/time'
import { connectAs, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAgeingCa } from './support/attacked-ca.ts'
import { alarmsOf, askRenewal, confirm, look, newKey, nodeOf } from './support/identity-attack.ts'
import { buildCertificateRequest } from '@easycerts/shared/x509'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAgeingCa()
})
afterAll(() => ca.dispose())

/** The request arrives whole, and the connection breaks before its answer. */
const sendAndBreak = async (
  identity: Parameters<typeof connectAs>[1],
  path: string,
  body: object,
): Promise<void> => {
  const connection = await connectAs(ca, identity)
  const sent = connection.send('POST', path, body).catch(() => undefined)
  await new Promise((resolve) => setImmediate(resolve))
  connection.close()
  await sent
}

describe('a network that loses the reply to an honest node five times', () => {
  it('alarms nobody, and ends with one identity, whichever reply it loses', async () => {
    const current = await joinNode(ca, 'worker-1')
    const key = await newKey()
    const csr = buildCertificateRequest(key)
    for (let time = 0; time < 5; time++) await sendAndBreak(current, '/v1/identity/renew', { csr })
    const { body, code } = await askRenewal(ca, current, key)
    expect(code).toBeUndefined()
    const next = { key, certificate: String(body['certificate']) }
    for (let time = 0; time < 5; time++) await sendAndBreak(next, '/v1/identity/confirm', {})
    ca.advance(minutes(30))
    expect(await confirm(ca, next)).toMatchObject({ status: 200, body: { confirmed: true } })
    expect(await look(ca, next)).toMatchObject({ status: 200 })
    expect(alarmsOf(ca)).toEqual([])
    expect(await nodeOf(ca, 'worker-1')).toMatchObject({ state: 'joined' })
    const issued = ca.rows(`SELECT 1 FROM identities WHERE node = 'worker-1'`)
    expect(issued).toHaveLength(2)
  })

  it('gives one answer to two requests in flight', async () => {
    const current = await joinNode(ca, 'worker-2')
    const key = await newKey()
    const answers = await Promise.all([
      askRenewal(ca, current, key),
      askRenewal(ca, current, key),
      askRenewal(ca, current, key),
    ])
    const certificates = answers.map(({ body }) => body['certificate'])
    expect(new Set(certificates).size).toBe(1)
    expect(alarmsOf(ca)).toEqual([])
  })
})
