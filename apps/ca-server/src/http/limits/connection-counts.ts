import type { Server, Socket } from 'node:net'
import { addressBlockOf } from '@easycerts/shared/cluster'

/** Closes at once what one address opens beyond its share: the others need some too. */
export const limitConnections = (
  server: Pick<Server, 'on'>,
  maxPerAddress: number,
  onRefused: () => void,
): void => {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    // Empty for a socket of the operator, and for one that has gone already.
    if (socket.remoteAddress === undefined) return
    const key = addressBlockOf(socket.remoteAddress)
    const count = (open.get(key) ?? 0) + 1
    if (count > maxPerAddress) {
      onRefused()
      socket.destroy()
      return
    }
    open.set(key, count)
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1
      if (left === 0) open.delete(key)
      else open.set(key, left)
    })
  })
}
