import type { Server, Socket } from 'node:net'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Duration, seconds } from '@easycerts/shared/time'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Less than the limit on the whole stop, so that answers are cut off before the process is. */
export const DRAIN_LIMIT: Duration = seconds(10)

/**
 * At close: no new connection, no new request, and what was begun gets its answer before the
 * connections end. A connection that never finished its handshake is unknown to HTTP, whose close
 * would wait for it.
 */
export const drainAtClose = (server: FastifyInstance): void => {
  const sockets = new Set<Socket>()
  const answering = new Set<FastifyReply['raw']>()
  let isClosing = false
  const tcpServer: Server = server.server
  tcpServer.on('connection', (socket: Socket) => {
    if (isClosing) socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.addHook('onRequest', (_request, reply, done) => {
    if (isClosing) {
      void reply.header('connection', 'close')
      done(new EasycertsError('ERR_SERVER_STOPPING', 'this server is stopping'))
      return
    }
    answering.add(reply.raw)
    reply.raw.once('close', () => answering.delete(reply.raw))
    done()
  })
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) void reply.header('connection', 'close')
    done()
  })
  server.addHook('preClose', async () => {
    isClosing = true
    await settled(answering)
    for (const socket of sockets) socket.destroy()
  })
}

const settled = async (answering: ReadonlySet<FastifyReply['raw']>): Promise<void> => {
  const closed = [...answering].map(
    (reply) => new Promise<void>((resolve) => reply.once('close', resolve)),
  )
  const limit = new AbortController()
  const late = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_LIMIT)
    limit.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  await Promise.race([Promise.all(closed), late])
  limit.abort()
}
