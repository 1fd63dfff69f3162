import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { connectAs, type Identity, joinNode, openConnection } from '../support/joiner.ts'
import { until } from '../support/until.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'

const LIFE = 720 * 3_600_000
/** Of an identity from its issuance, by the true clock. */
const REMAINING = 4_000
const TIME = '/v1/time?nonce=abcdefghijklmnop'

let ca: AttackedCa
let node: Identity
let revoked: Identity
beforeAll(async () => {
  ca = await startAttackedCa({ offset: REMAINING - LIFE })
  node = await joinNode(ca, 'worker-1')
  revoked = await joinNode(ca, 'worker-2')
})
afterAll(() => ca.dispose())

/** The TLS session of a connection that was used. */
const sessionOf = async (port: number, identity?: Identity): Promise<Buffer> => {
  const first = identity
    ? await connectAs({ nodePort: port }, identity)
    : await openConnection(port)
  const session = once(first.socket, 'session') as Promise<[Buffer]>
  await first.send('GET', port === ca.joinPort ? TIME : '/v1/node')
  const [octets] = await session
  first.close()
  return octets
}

/** Offers it at the mutual-TLS listener without any certificate. */
const offer = async (
  session: Buffer,
): Promise<{ isReused: boolean; status: number | 'nothing' }> => {
  const connection = await openConnection(ca.nodePort, { session }).catch(() => undefined)
  if (!connection) return { isReused: false, status: 'nothing' }
  const isReused = connection.socket.isSessionReused()
  const asked = connection.send('GET', '/v1/node')
  const status = await asked.then(
    (answer) => answer.status,
    () => 'nothing' as const,
  )
  connection.close()
  return { isReused, status }
}

const REFUSED = { isReused: false, status: 'nothing' }

describe('a TLS session that is resumed at the listener for nodes', () => {
  it('admits nobody who began it at the join listener, without a certificate', async () => {
    await expect(offer(await sessionOf(ca.joinPort))).resolves.toEqual(REFUSED)
  })

  it('admits nobody whose certificate was revoked since', async () => {
    const session = await sessionOf(ca.nodePort, revoked)
    const target = { kind: 'node', node: 'worker-2' }
    const asked = { target, reason: 'keyCompromise' }
    expect((await ca.operator('POST', '/v1/revocations', asked)).status).toBe(200)
    await expect(offer(session)).resolves.toEqual(REFUSED)
    const again = await connectAs(ca, revoked, { session })
    expect(again.socket.isSessionReused()).toBe(false)
    await expect(again.send('GET', '/v1/node')).resolves.toMatchObject({ status: 401 })
    again.close()
  })

  it('admits nobody whose certificate has expired since, nor does a connection that was kept', async () => {
    const session = await sessionOf(ca.nodePort, node)
    const kept = await connectAs(ca, node)
    await expect(kept.send('GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
    const { notAfter } = parseCertificatePem(node.certificate).validity
    await until(() => Date.now() > notAfter.getTime() + 1_000)
    await expect(offer(session)).resolves.toEqual(REFUSED)
    const withCertificate = connectAs(ca, node, { session }).then((again) =>
      again.send('GET', '/v1/node'),
    )
    await expect(withCertificate).rejects.toThrow()
    ca.advance(LIFE)
    await expect(kept.send('GET', '/v1/node')).resolves.toMatchObject({
      code: 'ERR_CERTIFICATE_EXPIRED',
    })
    kept.close()
  })
})
