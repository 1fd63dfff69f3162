import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'

/** No client of ours sends a request before the last one is answered (RFC 9112 §9.3.2). */
const MOST_UNANSWERED = 16

/**
 * Closes a connection with more requests than that unanswered: a thousand fit in what one turn of
 * the event loop reads, and everybody else would wait for them.
 */
export const limitPipelining = (handler: RequestListener): RequestListener => {
  const unanswered = new WeakMap<Socket, number>()
  return (request, reply) => {
    const { socket } = request
    const count = (unanswered.get(socket) ?? 0) + 1
    if (count > MOST_UNANSWERED) {
      socket.destroy()
      return
    }
    unanswered.set(socket, count)
    reply.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1))
    handler(request, reply)
  }
}
