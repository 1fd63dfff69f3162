import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePem } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { parseCrl } from '@easycerts/shared/revocation'
import { buildCertificateRequest, parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { seededRandom } from '../support/random.ts'

const KILLS = process.env['SOAK'] === 'full' ? 100 : 5
const SEED = Number(process.env['SEED'] ?? 20261121)
/** Longer than a few revocations one after another, in milliseconds. */
const SPAN = 150

const random = seededRandom(SEED)
const revoked = new Set<string>()
let number = 0
let ca: CaServerProcess
beforeAll(async () => {
  ca = await startCaServer()
})
afterAll(() => ca.dispose())

const issue = async (): Promise<string> => {
  const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
  const wish = { csr, user: 'jane', groups: ['developers'], ttl: '24h' }
  const { body, code } = await ca.operator('POST', '/v1/admin-certificates', wish)
  expect(code).toBeUndefined()
  return parseCertificatePem(String(body['certificate'])).serialNumber
}

/** Revokes one after another until the server is gone; what was answered is remembered. */
const revokeAll = async (serials: readonly string[]): Promise<void> => {
  for (const serialNumber of serials) {
    const target = { kind: 'serial', serialNumber }
    const { code } = await ca.operator('POST', '/v1/revocations', { target, reason: 'superseded' })
    if (code === undefined) revoked.add(serialNumber)
  }
}

const servedCrl = async () => {
  const reply = await fetch(`http://127.0.0.1:${ca.publicPort}/crl/cluster-g1.pem`)
  return parseCrl(decodePem('X509 CRL', await reply.text()))
}

describe(`kill -9 at ${KILLS} random moments of revocation (seed ${SEED})`, () => {
  it.each(Array.from({ length: KILLS }, (_, index) => index + 1))(
    'kill %i loses no revocation that was answered, and the CRL number never goes back',
    async () => {
      const serials = [await issue(), await issue(), await issue(), await issue()]
      const before = Number((await servedCrl()).number)
      const work = revokeAll(serials).catch(() => undefined)
      await wait(random() * SPAN)
      await ca.kill()
      await work
      await ca.start()
      const crl = await servedCrl()
      const listed = new Set<string>(crl.revoked.map(({ serialNumber }) => serialNumber))
      expect([...revoked].filter((serial) => !listed.has(serial))).toEqual([])
      expect(Number(crl.number)).toBeGreaterThanOrEqual(Math.max(number, before))
      number = Number(crl.number)
    },
  )
})
