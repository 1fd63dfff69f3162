import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Direction = 'to the CA' | 'from the CA'

/** Where the wire breaks: after so many octets in one direction, counted over all connections. */
export interface Cut {
  readonly direction: Direction
  readonly after: number
  /** 'reset' drops the connection (RST), 'end' closes it in order (FIN). */
  readonly manner: 'reset' | 'end'
}

export interface CuttingProxy {
  readonly port: number
  /** Octets that have passed since the last `arm`. */
  readonly passed: Readonly<Record<Direction, number>>
  /** From now on; undefined lets everything pass. Once it has cut, everything passes again. */
  readonly arm: (cut: Cut | undefined) => void
  readonly hasCut: () => boolean
  readonly close: () => Promise<void>
}

/** A wire to a port of loopback that breaks where it is told to, and nowhere else. */
export const startCuttingProxy = async (target: number): Promise<CuttingProxy> => {
  const passed = { 'to the CA': 0, 'from the CA': 0 }
  const sockets = new Set<Socket>()
  let armed: Cut | undefined
  let isCut = false

  const relay = (from: Socket, to: Socket, direction: Direction): void => {
    from.on('data', (chunk: Buffer) => {
      const room = armed?.direction === direction ? armed.after - passed[direction] : Infinity
      passed[direction] += chunk.length
      if (chunk.length < room) {
        if (!to.destroyed) to.write(chunk)
        return
      }
      const manner = armed?.manner
      armed = undefined
      isCut = true
      to.write(chunk.subarray(0, room), () => {
        if (manner === 'end') to.end()
        else to.resetAndDestroy()
        from.destroy()
      })
    })
    from.on('end', () => to.end())
    from.on('close', () => to.destroy())
    from.on('error', () => to.destroy())
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.once('close', () => sockets.delete(socket))
    }
    relay(client, upstream, 'to the CA')
    relay(upstream, client, 'from the CA')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    passed,
    arm: (cut) => {
      armed = cut
      isCut = false
      passed['to the CA'] = passed['from the CA'] = 0
    },
    hasCut: () => isCut,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/**
 * Where to cut an exchange of this many octets: every octet under SOAK=full, else a sample that holds
 * both ends, in both manners.
 */
export const cutsOf = (
  totals: Readonly<Record<Direction, number>>,
  sample: number,
  random: () => number,
): Cut[] =>
  (['to the CA', 'from the CA'] as const).flatMap((direction) => {
    const total = totals[direction]
    const isFull = process.env['SOAK'] === 'full'
    const places = isFull
      ? Array.from({ length: total }, (_, index) => index)
      : [0, 1, total - 1, ...Array.from({ length: sample }, () => Math.floor(random() * total))]
    return places.map((after, index) => ({
      direction,
      after,
      manner: index % 2 === 0 ? ('reset' as const) : ('end' as const),
    }))
  })
