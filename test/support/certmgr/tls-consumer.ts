import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { ServiceManager } from '@easycerts/adapters/systemd'
import { EasycertsError } from '@easycerts/shared/errors'
import { onTestFinished } from 'vitest'
import { type CertmgrContext, runPass } from '../../../apps/certmgr/src/pass/index.ts'
import type { ProofRecord } from '../../../apps/certmgr/src/plan/index.ts'
import { readProofs, type Status } from '../../../apps/certmgr/src/state/index.ts'
import type { CertmgrConfig } from '../../../apps/certmgr/src/config/index.ts'
import { statusOf } from '../../../apps/certmgr/src/daemon/index.ts'
import type { TestCa } from './test-ca.ts'
import { freePort } from '../free-port.ts'
import { certificateSpec, joinedNode, type Running, type TestNode } from './test-node.ts'

/** What a component does when it is told of new files. */
export interface Habits {
  readonly onReload: 'reads' | 'ignores'
  readonly onRestart: 'reads' | 'ignores'
}

/** A certmgr with one serving certificate, and the component that serves it. */
export interface ServedNode {
  readonly node: TestNode
  readonly port: number
  /** What the component was told, in order. */
  readonly told: string[]
  readonly connections: () => number
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly pass: () => Promise<Date>
  readonly status: () => Status
  /** Makes every restart fail, or work again. */
  readonly breakServices: (broken: boolean) => void
  /** A certmgr that has just been started, as after a crash. */
  readonly again: () => Promise<void>
  readonly renew: () => void
  readonly record: () => ProofRecord | undefined
}

export const NAME = 'kubelet-serving'
const [CERTIFICATE, KEY] = [`/pki/${NAME}.crt`, `/pki/${NAME}.key`]

export const servedNode = async (
  habits: Habits,
  more: {
    readonly proof?: object
    readonly actions?: object
    /** Of the worker whose certificate it is. */
    readonly hosts?: TestCa['node']['hosts']
    readonly restartLeases?: Partial<CertmgrConfig['restartLeases']>
  } = {},
): Promise<ServedNode> => {
  const port = await freePort()
  const { proof, actions = { leaf: [{ reload: 'kubelet.service' }] } } = more
  const spec = certificateSpec(NAME, { actions })
  const proofOfUse = { address: `127.0.0.1:${port}`, within: '1m', ...proof }
  const node = await joinedNode(
    [{ ...spec, proof: proofOfUse }],
    more.hosts && { name: 'worker-1', role: 'worker', hosts: more.hosts, clusterAdmin: false },
  )
  const told: string[] = []
  let server: Server | undefined
  let isBroken = false
  let [connections, files] = [0, { cert: '', key: '' }]
  const read = (): void => {
    files = { cert: node.read(CERTIFICATE), key: node.read(KEY) }
  }
  const listen = async (): Promise<void> => {
    server = createServer(files, (_request, reply) => void reply.end('ok')).listen(
      port,
      '127.0.0.1',
    )
    server.on('connection', () => connections++)
    server.on('tlsClientError', () => undefined)
    await once(server, 'listening')
  }
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      if (server) {
        server.close(() => resolve())
        server.closeAllConnections()
      } else resolve()
      server = undefined
    })
  onTestFinished(close)
  const components = {
    isPresent: () => true,
    isActive: () => Promise.resolve(server !== undefined),
    reload: (unit: string) => {
      told.push(`reload ${unit}`)
      if (habits.onReload === 'reads' && server) {
        read()
        server.setSecureContext(files)
      }
      return Promise.resolve()
    },
    restart: async (unit: string) => {
      if (isBroken) throw new EasycertsError('ERR_ACTION_FAILED', `${unit} is masked`)
      told.push(`restart ${unit}`)
      if (!server) return
      await close()
      if (habits.onRestart === 'reads') read()
      await listen()
    },
  } satisfies Partial<ServiceManager>
  let running: Running = await node.start()
  const contextOf = ({ context }: Running): CertmgrContext => ({
    ...context,
    config: {
      ...context.config,
      restartLeases: { ...context.config.restartLeases, ...more.restartLeases },
    },
    services: { ...context.services, ...components },
  })
  let context = contextOf(running)
  return {
    ...{ node, port, told },
    connections: () => connections,
    start: async () => {
      read()
      await listen()
    },
    stop: close,
    breakServices: (broken) => {
      isBroken = broken
    },
    pass: () => runPass(context, running.memory),
    status: () => {
      const now = node.time.clock()
      return statusOf(context, running.memory, { pid: 1, startedAt: now, nextPassAt: now })
    },
    again: async () => {
      running = await node.start()
      context = contextOf(running)
    },
    renew: () => node.write(`/var/lib/easycerts/certmgr/renew/${NAME}`, ''),
    record: () => readProofs(context.paths.proofs)[NAME],
  }
}
