import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPlainListener } from '../../apps/ca-server/src/http/plain-listener.ts'
import { startPlainServer } from '../support/plain-server.ts'
import { until } from '../support/until.ts'

const TEN_MINUTES = 600_000
const FAREWELL = 10_000

afterEach(() => {
  vi.useRealTimers()
})

describe('whoever reads nothing of its answer', () => {
  it('is let go after a minute in which nothing moves', async () => {
    const api = await startPlainServer(() => undefined)
    expect(api.server.server.timeout).toBe(60_000)
    await api.close()
  })

  it('is let go when its connection is ten minutes old, though it never ends its own side', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const endless = Buffer.alloc(1 << 20)
    const server = createPlainListener((_request, reply) => {
      while (reply.write(endless));
      reply.on('drain', () => reply.write(endless))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const reader = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const [accepted] = await Promise.all([once(server, 'connection'), once(reader, 'connect')])
    reader.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    reader.pause()
    await once(server, 'request')
    const [socket] = accepted as [{ readonly destroyed: boolean }]
    vi.advanceTimersByTime(TEN_MINUTES)
    expect(socket.destroyed).toBe(false)
    vi.advanceTimersByTime(FAREWELL)
    vi.useRealTimers()
    await until(() => socket.destroyed)
    reader.destroy()
    server.close()
  })
})
