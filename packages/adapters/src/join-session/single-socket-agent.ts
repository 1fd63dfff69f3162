import { Agent, type ClientRequestArgs } from 'node:http'
import type { Duplex } from 'node:stream'
import { EasycertsError } from '@easycerts/shared/errors'

/**
 * Sends every request over one given connection, and over no other: what was proved of that
 * connection would not hold for a new one. Once it is gone, requests fail with ERR_CA_UNREACHABLE.
 */
export class SingleSocketAgent extends Agent {
  #socket: Duplex | undefined

  constructor(socket: Duplex) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 })
    this.#socket = socket
  }

  override createConnection(
    _options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    const socket = this.#socket
    this.#socket = undefined
    if (socket && !socket.destroyed) return socket
    callback?.(closed(), undefined as unknown as Duplex)
    return undefined
  }
}

const closed = () =>
  new EasycertsError('ERR_CA_UNREACHABLE', 'the CA closed the connection between two requests')
