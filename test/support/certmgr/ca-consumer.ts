import { once } from 'node:events'
import { createServer, type Server } from 'node:tls'
import { onTestFinished } from 'vitest'
import { runPass } from '../../../apps/certmgr/src/pass/index.ts'
import type { ProofRecord } from '../../../apps/certmgr/src/plan/index.ts'
import { readProofs } from '../../../apps/certmgr/src/state/index.ts'
import { freePort } from '../free-port.ts'
import { forgeCa, forgeServer } from '../join/forge-certificate.ts'
import { joinedNode, type TestNode, trustSpec } from './test-node.ts'
import type { Habits } from './tls-consumer.ts'

/** A certmgr with one bundle of client CAs, and the component that asks clients for certificates of them. */
export interface BundleNode {
  readonly node: TestNode
  /** What the component was told, in order. */
  readonly told: string[]
  readonly pass: () => Promise<Date>
  readonly record: () => ProofRecord | undefined
}

export const BUNDLE = 'trust-client-ca'
const PATH = '/pki/client-ca.crt'

/** Its component runs, and has read the bundle that is there. */
export const bundleNode = async (habits: Habits): Promise<BundleNode> => {
  const port = await freePort()
  const own = await forgeServer(await forgeCa('serving'))
  const proof = { address: `127.0.0.1:${port}`, within: '1m' }
  const actions = { bundle: [{ reload: 'component.service' }] }
  const spec = { ...trustSpec('client-ca', actions), proof }
  const node = await joinedNode([spec, trustSpec('front-proxy')])
  const told: string[] = []
  const files = () => ({
    ...{ cert: own.pem, key: own.key.exportPem().reveal(), requestCert: true },
    // A component may take more CAs than those of this bundle.
    ca: [node.read(PATH), node.read('/pki/front-proxy.crt')],
  })
  const component: { server?: Server } = {}
  const running = await node.start()
  const components = {
    isPresent: () => true,
    isActive: () => Promise.resolve(component.server !== undefined),
    reload: (unit: string) => {
      told.push(`reload ${unit}`)
      if (habits.onReload === 'reads') component.server?.setSecureContext(files())
      return Promise.resolve()
    },
    restart: (unit: string) => {
      told.push(`restart ${unit}`)
      if (habits.onRestart === 'reads') component.server?.setSecureContext(files())
      return Promise.resolve()
    },
  }
  const context = {
    ...running.context,
    services: { ...running.context.services, ...components },
  }
  const pass = () => runPass(context, running.memory)
  await pass()
  const server = createServer({ ...files(), rejectUnauthorized: false })
  component.server = server.listen(port, '127.0.0.1')
  server.on('tlsClientError', () => undefined)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  told.length = 0
  return { node, told, pass, record: () => readProofs(context.paths.proofs)[BUNDLE] }
}
