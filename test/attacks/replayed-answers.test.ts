import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { forgeServer } from '../support/join/forge-certificate.ts'
import {
  type JoinListener,
  type ListenerBehaviour,
  startJoinListener,
} from '../support/join/join-listener.ts'
import { openConnection, takeTicket, tryJoin } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { newNode } from './support/joining-node.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const replayers: JoinListener[] = []
afterEach(async () => {
  for (const replayer of replayers.splice(0)) await replayer.close()
})

/** Shows a certificate of the CA, as a thief of its TLS key does, and old answers at this path. */
const replay = async (path: string, answer: unknown): Promise<number> => {
  const enrolment = ca.issuer('enrolment')
  const misbehave: ListenerBehaviour['misbehave'] = ({ url }, reply) => {
    if (url?.startsWith(path) !== true) return false
    reply.end(JSON.stringify(answer))
    return true
  }
  const chain = [await forgeServer(enrolment), enrolment]
  const replayer = await startJoinListener({ chain, misbehave })
  replayers.push(replayer)
  return Number(new URL(replayer.url).port)
}

/** A whole and genuine answer to somebody else's join. */
const joinAnswer = async (node: string): Promise<unknown> => {
  const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
  const { body, code } = await tryJoin(ca, await takeTicket(ca, node), { csr })
  expect(code).toBeUndefined()
  return body
}

describe('whoever replays an answer of the CA', () => {
  it('is not believed about the time: the nonce is another', async () => {
    const connection = await openConnection(ca.joinPort)
    const { body } = await connection.send('GET', '/v1/time?nonce=abcdefghijklmnop')
    connection.close()
    const node = await newNode(ca, 'worker-1')
    const port = await replay('/v1/time', body)
    await expect(node.join(port)).rejects.toMatchObject({ code: 'ERR_CA_REPLY_INVALID' })
  })

  it('gives no node the identity of another join, and the ticket stays good', async () => {
    const node = await newNode(ca, 'worker-2')
    const port = await replay('/v1/join', await joinAnswer('worker-3'))
    await expect(node.join(port)).rejects.toMatchObject({ code: 'ERR_CA_REPLY_INVALID' })
    expect(node.store.load()).toBeUndefined()
    await node.join(ca.joinPort)
    await node.confirm(ca.nodePort)
  })

  it('gives no node an older identity of its own as the new one, and it renews later', async () => {
    const node = await newNode(ca, 'worker-4')
    await node.join(ca.joinPort)
    await node.confirm(ca.nodePort)
    const before = node.store.load()?.certificate.fingerprint
    const port = await replay('/v1/identity/renew', await joinAnswer('worker-5'))
    await expect(node.renew(port)).rejects.toThrow()
    expect(node.store.load()?.certificate.fingerprint).toBe(before)
    await node.renew(ca.nodePort)
    expect(node.store.load()?.isConfirmed).toBe(true)
    expect(node.store.load()?.certificate.fingerprint).not.toBe(before)
  })

  it('gives no node a certificate for another key', async () => {
    const node = await newNode(ca, 'worker-6')
    await node.join(ca.joinPort)
    await node.confirm(ca.nodePort)
    const honest = node.connect(ca.nodePort)
    const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
    const certificate = await honest.certificate('kubelet-client', csr)
    honest.close()
    const port = await replay('/v1/certificates', { certificate, log: {} })
    const client = node.connect(port)
    const asked = client.certificate('kubelet-client', csr).finally(() => client.close())
    await expect(asked).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_(CA_REPLY_INVALID|LOG_\w+)$/) as string,
    })
  })
})
