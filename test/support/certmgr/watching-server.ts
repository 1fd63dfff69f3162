import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { type FSWatcher, readFileSync, watch } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createSecureContext, createServer } from 'node:tls'

/** A component that reads its files as kube-apiserver does, and is never restarted. */
export interface WatchingServer {
  /** Of the certificate that a new connection is shown. */
  readonly servedSerial: () => Promise<string>
  /** What it holds of a bundle. */
  readonly bundle: (path: string) => string
  /** Times that it read a pair that does not match, and stayed with what it had. */
  readonly mismatches: () => number
  readonly close: () => void
}

export interface WatchedFiles {
  readonly certificate: string
  readonly key: string
  readonly bundles: readonly string[]
}

/**
 * Like DynamicCertKeyPairContent and DynamicFileCAContent of kube-apiserver 1.23 and later: inotify on
 * each file, a new watch only when the file was removed or renamed, everything read again upon any
 * event; but without their look at the files every minute.
 */
export const startWatchingServer = async (files: WatchedFiles): Promise<WatchingServer> => {
  const { certificate, key, bundles } = files
  const held = new Map<string, string>()
  const watchers = new Map<string, FSWatcher>()
  let mismatches = 0
  const pair = () => ({ cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') })
  const server = createServer(pair())
  const loadPair = (): void => {
    const next = pair()
    try {
      createSecureContext(next)
      server.setSecureContext(next)
    } catch {
      mismatches++
    }
  }
  const follow = (path: string, load: () => void): void => {
    const watcher = watch(path, (event) => {
      if (event === 'rename') {
        watchers.get(path)?.close()
        follow(path, load)
      }
      load()
    })
    watchers.set(path, watcher)
  }
  const loadBundle = (path: string) => () => {
    held.set(path, readFileSync(path, 'utf8'))
  }
  follow(certificate, loadPair)
  follow(key, loadPair)
  for (const path of bundles) {
    loadBundle(path)()
    follow(path, loadBundle(path))
  }
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    servedSerial: async () => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const shown = socket.getPeerX509Certificate()
      socket.destroy()
      return shown?.serialNumber ?? ''
    },
    bundle: (path) => held.get(path) ?? '',
    mismatches: () => mismatches,
    close: () => {
      for (const watcher of watchers.values()) watcher.close()
      server.close()
    },
  }
}

/** As the server says it. */
export const serialOnDisk = (path: string): string =>
  new X509Certificate(readFileSync(path)).serialNumber
