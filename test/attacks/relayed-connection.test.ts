import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { forgeServer } from '../support/join/forge-certificate.ts'
import { type JoinListener, startJoinListener } from '../support/join/join-listener.ts'
import { openConnection, type RawAnswer } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { newNode } from './support/joining-node.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const relays: JoinListener[] = []
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close()
})

/** What the real CA answers to a join that somebody else passes on, over a connection of its own. */
const passOn = async (body: unknown): Promise<RawAnswer> => {
  const connection = await openConnection(ca.joinPort)
  return connection.send('POST', '/v1/join', body).finally(() => connection.close())
}

/** Has stolen the TLS key of ca-server: nothing that the joiner can look at tells it from the CA. */
const startRelay = async (change: (body: object) => object): Promise<JoinListener> => {
  const enrolment = ca.issuer('enrolment')
  const relay = await startJoinListener({
    chain: [await forgeServer(enrolment), enrolment],
    misbehave: (request, reply) => {
      if (request.url !== '/v1/join') return false
      void passOn(change(relay.received.at(-1)?.body as object)).then(({ status, body }) =>
        reply.writeHead(status).end(JSON.stringify(body)),
      )
      return true
    },
  })
  relays.push(relay)
  return relay
}

const portOf = ({ url }: JoinListener): number => Number(new URL(url).port)

describe('a relay with the stolen TLS key of the CA and a true connection behind it', () => {
  it('cannot pass the proof on: it is for the joiner’s connection, and the ticket stays good', async () => {
    const node = await newNode(ca, 'worker-1')
    const relay = await startRelay((body) => body)
    await expect(node.join(portOf(relay))).rejects.toMatchObject({
      code: 'ERR_TICKET_SIGNATURE_INVALID',
    })
    expect(relay.received.map(({ url }) => url.split('?')[0])).toEqual(['/v1/time', '/v1/join'])
    await node.join(ca.joinPort)
    await node.confirm(ca.nodePort)
    expect(node.store.load()?.isConfirmed).toBe(true)
  })

  it('cannot put its own key in the place of the node’s', async () => {
    const node = await newNode(ca, 'worker-2')
    const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
    const relay = await startRelay((body) => ({ ...body, csr }))
    await expect(node.join(portOf(relay))).rejects.toMatchObject({
      code: 'ERR_TICKET_SIGNATURE_INVALID',
    })
    expect(ca.rows("SELECT * FROM identities WHERE node = 'worker-2'")).toEqual([])
    await node.join(ca.joinPort)
  })
})
