import type { Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { fingerprintOfPeer } from './peer-fingerprint.ts'

/** The connections of the mutual-TLS listener by the certificate that each was admitted by. */
export class OpenConnections {
  readonly #sockets = new Map<string, Set<TLSSocket>>()

  watch(server: Server): void {
    server.on('secureConnection', (socket: TLSSocket) => {
      const fingerprint = fingerprintOfPeer(socket)
      if (fingerprint === undefined) return
      const sockets = this.#sockets.get(fingerprint) ?? new Set()
      this.#sockets.set(fingerprint, sockets.add(socket))
      socket.once('close', () => {
        sockets.delete(socket)
        if (sockets.size === 0) this.#sockets.delete(fingerprint)
      })
    })
  }

  /** At once, in the middle of an answer too: nothing that was admitted before counts any more. */
  close(fingerprints: readonly string[]): void {
    for (const fingerprint of fingerprints)
      for (const socket of this.#sockets.get(fingerprint) ?? []) socket.destroy()
  }
}
