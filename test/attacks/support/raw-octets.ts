import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Identity } from '../../support/joiner.ts'

/** Shows an identity in the handshake. */
export const showing = ({ key, certificate }: Identity): ConnectionOptions => ({
  cert: certificate,
  key: key.exportPem().reveal(),
})

export interface RawConnection {
  readonly socket: Socket
  /** All that has come back so far, as Latin-1. */
  readonly received: () => string
  /** Status lines so far. */
  readonly statuses: () => number[]
  /** Everything until the server closes. */
  readonly untilClosed: () => Promise<string>
}

const watch = (socket: Socket): RawConnection => {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  const received = (): string => Buffer.concat(chunks).toString('latin1')
  return {
    socket,
    received,
    statuses: () =>
      [...received().matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code)),
    untilClosed: async () => {
      if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
      return received()
    },
  }
}

/** TLS, or plain TCP without options, and then whatever octets the test writes. */
export const openRaw = async (port: number, tls?: ConnectionOptions): Promise<RawConnection> => {
  const socket = tls
    ? connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...tls })
    : connectPlain({ host: '127.0.0.1', port })
  const connection = watch(socket)
  await once(socket, tls ? 'secureConnect' : 'connect')
  return connection
}

/** Octets over a connection of their own, and all that came back until the server closed it. */
export const exchangeRaw = async (
  port: number,
  octets: string | Buffer,
  tls?: ConnectionOptions,
): Promise<RawConnection> => {
  const connection = await openRaw(port, tls)
  connection.socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets)
  await connection.untilClosed()
  return connection
}
