import { readFileSync, rmSync } from 'node:fs'
import { createServer, type Server as TlsServer } from 'node:https'
import { createServer as createControl, type Server } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { PKI } from '@easycerts/shared/layout'
import type { Scratch } from './scratch.ts'

/**
 * Stand-ins for two components, so that there is something to restart and to talk to. A kubelet
 * before 1.31 reads its serving certificate only when it starts; kube-apiserver looks again by
 * itself. Both demand a client certificate and say who you are.
 */
export interface StandInServices {
  readonly stop: () => Promise<void>
}

interface StandIn {
  readonly node: string
  readonly unit: string
  readonly root: string
  /** Name of its files in the PKI directory. */
  readonly files: string
  readonly port: number
  readonly looksAgain: boolean
}

const LOOK_EVERY = 1000

const standInsOf = ({ ports, workerRoot, masterRoot }: Scratch): StandIn[] => [
  {
    node: 'worker-1',
    unit: 'kubelet.service',
    root: workerRoot,
    files: 'kubelet',
    port: ports.kubelet,
    looksAgain: false,
  },
  {
    node: 'master-1',
    unit: 'kubelet.service',
    root: masterRoot,
    files: 'kubelet',
    port: ports.masterKubelet,
    looksAgain: false,
  },
  {
    node: 'master-1',
    unit: 'kube-apiserver.service',
    root: masterRoot,
    files: 'apiserver',
    port: ports.apiserver,
    looksAgain: true,
  },
]

/** `onRestart` hears of each restart that a certmgr asked for, once it is done. */
export const startStandInServices = async (
  scratch: Scratch,
  onRestart: (unit: string, node: string) => void,
): Promise<StandInServices> => {
  const running = new Map<string, TlsServer>()
  const standIns = standInsOf(scratch)
  const start = async (standIn: StandIn): Promise<void> => {
    const key = `${standIn.node} ${standIn.unit}`
    await close(running.get(key))
    running.set(key, await serve(standIn))
  }
  for (const standIn of standIns) await start(standIn)
  const control = await listenForSystemctl(scratch.systemctlSocket, async (node, unit) => {
    const standIn = standIns.find((each) => each.node === node && each.unit === unit)
    // As systemctl try-restart: what does not run stays as it is.
    if (!standIn) return
    await start(standIn)
    onRestart(unit, node)
  })
  return {
    stop: async () => {
      control.close()
      await Promise.all([...running.values()].map(close))
    },
  }
}

const tlsFiles = ({ root, files }: StandIn) => ({
  cert: readFileSync(join(root, PKI, `${files}.crt`)),
  key: readFileSync(join(root, PKI, `${files}.key`)),
  ca: readFileSync(join(root, PKI, 'client-ca.crt')),
})

const serve = (standIn: StandIn): Promise<TlsServer> =>
  new Promise((resolve, reject) => {
    const server = createServer(
      { ...tlsFiles(standIn), requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { socket } = request
        const { subject } =
          socket instanceof TLSSocket ? socket.getPeerCertificate() : { subject: { CN: '', O: '' } }
        response.setHeader('content-type', 'application/json')
        response.end(`${JSON.stringify({ user: subject.CN, groups: [subject.O].flat() })}\n`)
      },
    )
    server.once('error', reject)
    if (standIn.looksAgain) lookAgain(server, standIn)
    server.listen(standIn.port, '127.0.0.1', () => resolve(server))
  })

const lookAgain = (server: TlsServer, standIn: StandIn): void => {
  const timer = setInterval(() => {
    try {
      server.setSecureContext(tlsFiles(standIn))
    } catch {
      // Key and certificate change one after the other: the next look finds the pair.
    }
  }, LOOK_EVERY)
  server.once('close', () => clearInterval(timer))
}

const close = (server: TlsServer | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (!server) {
      resolve()
      return
    }
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** Hears `NODE try-restart UNIT` from `bin/systemctl.js`. */
const listenForSystemctl = (
  path: string,
  restart: (node: string, unit: string) => Promise<void>,
): Promise<Server> =>
  new Promise((resolve) => {
    rmSync(path, { force: true })
    const control = createControl({ allowHalfOpen: true }, (socket) => {
      let text = ''
      socket.setEncoding('utf8').on('data', (more: string) => (text += more))
      socket.on('error', () => socket.destroy())
      socket.on('end', () => {
        const words = JSON.parse(text) as string[]
        restart(words[0] ?? '', words.at(-1) ?? '').then(
          () => socket.end('ok'),
          () => socket.end('failed'),
        )
      })
    })
    control.listen(path, () => resolve(control))
  })
