import { readFileSync, rmSync } from 'node:fs'
import { createServer as createControl, type Server } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server as TlsServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import { PKI } from '@easycerts/shared/layout'
import type { Scratch } from './scratch.ts'

/**
 * Stand-ins for two components, so that there is something to restart and to talk to: a kubelet
 * that reads its serving certificate only when it starts, as kubelets before 1.31 do, and an
 * apiserver that demands a client certificate and says who you are.
 */
export interface StandInServices {
  readonly stop: () => Promise<void>
}

type OnRestart = (unit: string) => void

export const startStandInServices = async (
  scratch: Scratch,
  onRestart: OnRestart,
): Promise<StandInServices> => {
  const { ports, workerRoot, masterRoot } = scratch
  const starters: Readonly<Record<string, () => Promise<TlsServer>>> = {
    'kubelet.service': () => serve(tlsFiles(workerRoot, 'kubelet'), ports.kubelet),
    'kube-apiserver.service': () => serve(tlsFiles(masterRoot, 'apiserver'), ports.apiserver),
  }
  const running = new Map<string, TlsServer>()
  const restart = async (unit: string): Promise<void> => {
    await close(running.get(unit))
    const start = starters[unit]
    if (start) running.set(unit, await start())
    onRestart(unit)
  }
  for (const [unit, start] of Object.entries(starters)) running.set(unit, await start())
  const control = await listenForSystemctl(scratch.systemctlSocket, restart)
  return {
    stop: async () => {
      control.close()
      await Promise.all([...running.values()].map(close))
    },
  }
}

const tlsFiles = (root: string, name: string) => ({
  cert: readFileSync(join(root, PKI, `${name}.crt`)),
  key: readFileSync(join(root, PKI, `${name}.key`)),
  ca: readFileSync(join(root, PKI, 'client-ca.crt')),
})

const serve = (files: ReturnType<typeof tlsFiles>, port: number): Promise<TlsServer> =>
  new Promise((resolve, reject) => {
    const server = createServer(
      { ...files, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { socket } = request
        const { subject } =
          socket instanceof TLSSocket ? socket.getPeerCertificate() : { subject: { CN: '', O: '' } }
        response.setHeader('content-type', 'application/json')
        response.end(`${JSON.stringify({ user: subject.CN, groups: [subject.O].flat() })}\n`)
      },
    )
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

const close = (server: TlsServer | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (!server) {
      resolve()
      return
    }
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** Hears `systemctl try-restart UNIT` from `bin/systemctl.js`. */
const listenForSystemctl = (
  path: string,
  restart: (unit: string) => Promise<void>,
): Promise<Server> =>
  new Promise((resolve) => {
    rmSync(path, { force: true })
    const control = createControl({ allowHalfOpen: true }, (socket) => {
      let words = ''
      socket.setEncoding('utf8').on('data', (text: string) => (words += text))
      socket.on('error', () => socket.destroy())
      socket.on('end', () => {
        const unit = (JSON.parse(words) as string[]).at(-1) ?? ''
        restart(unit).then(
          () => socket.end('ok'),
          () => socket.end('failed'),
        )
      })
    })
    control.listen(path, () => resolve(control))
  })
