import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { days, hours, minutes, seconds } from '@easycerts/shared/time'
import { type Identity, callAs, joinNode, openConnection } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import {
  alarmsOf,
  confirm,
  fingerprintOf,
  kindsInLog,
  look,
  newKey,
  returnBody,
  returnWith,
  tryReturn,
} from './support/identity-attack.ts'
import { buildCertificateRequest } from '@easycerts/shared/x509'

/** An identity that ends in three minutes by the clock of TLS, and at once by the CA's. */
const LIFE = hours(8)

let ca: AttackedCa
const nodes = new Map<string, Identity>()
beforeAll(async () => {
  const lifetimes = { certificates: '720h', identity: '8h', caServer: '720h' }
  ca = await startAttackedCa({ config: { lifetimes }, offset: minutes(3) - LIFE })
  for (const name of ['worker-1', 'worker-2', 'worker-3', 'worker-4'])
    nodes.set(name, await joinNode(ca, name))
})
afterAll(() => ca.dispose())

const heldBy = (name: string): Identity => {
  const identity = nodes.get(name)
  if (!identity) throw new Error(`${name} has not joined`)
  return identity
}

describe('a thief who comes back in the place of a node that was away', () => {
  it('gets nothing by the certificate alone, nor by an expired one in mutual TLS', async () => {
    const victim = heldBy('worker-1')
    ca.advance(LIFE + seconds(30))
    expect(await look(ca, victim)).toMatchObject({ code: 'ERR_CERTIFICATE_EXPIRED' })
    const body = { csr: buildCertificateRequest(await newKey()) }
    expect(await callAs(ca, victim, 'POST', '/v1/identity/renew', body)).toMatchObject({
      code: 'ERR_CERTIFICATE_EXPIRED',
    })
    const withoutKey = { key: await newKey(), certificate: victim.certificate }
    expect(await tryReturn(ca, withoutKey)).toMatchObject({
      status: 401,
      code: 'ERR_RETURN_PROOF_INVALID',
    })
  })

  it('gets nothing for a key of its own put in place of the one that was signed for', async () => {
    const victim = heldBy('worker-2')
    const connection = await openConnection(ca.joinPort)
    const signed = await returnBody(connection, victim, await newKey())
    const stolen = { ...signed, csr: buildCertificateRequest(await newKey()) }
    expect(await connection.send('POST', '/v1/return', stolen)).toMatchObject({
      code: 'ERR_RETURN_PROOF_INVALID',
    })
    connection.close()
  })

  it('who has the key is found out when the node itself comes back, and neither is locked out by it', async () => {
    const victim = heldBy('worker-3')
    const thief = await returnWith(ca, victim)
    expect(await confirm(ca, thief)).toMatchObject({ status: 200 })
    expect(kindsInLog(ca)).toContain('identity-returned')
    ca.advance(minutes(30))
    expect(alarmsOf(ca)).toEqual([])
    expect(await tryReturn(ca, victim)).toMatchObject({ code: 'ERR_IDENTITY_SUPERSEDED' })
    expect(alarmsOf(ca)).toEqual(['return-contested'])
    const [entry] = ca.rows(`SELECT entry FROM log WHERE kind = 'return-contested'`)
    expect(String(entry?.['entry'])).toContain(fingerprintOf(victim))
  })

  it('gets nothing beyond the bound', async () => {
    const victim = heldBy('worker-4')
    ca.advance(days(31))
    expect(await tryReturn(ca, victim)).toMatchObject({ status: 403, code: 'ERR_RETURN_REFUSED' })
  })
})
