import { describe, expect, it } from 'vitest'
import { CLIENTS, costOf, PATIENCE, writeForever } from './support/hostile-answer.ts'

const MEBIBYTE = 1 << 20
const MANY = 2_000

const INTERIM: readonly (readonly [string, string])[] = [
  ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ['103 Early Hints', `HTTP/1.1 103 Early Hints\r\nLink: <${'x'.repeat(200)}>\r\n\r\n`],
]

describe('a server that answers with interim answers without end', () => {
  for (const client of CLIENTS)
    it.each(INTERIM)(`keeps ${client} no longer than its patience: %s`, async (_title, octets) => {
      const flood = octets.repeat(MANY)
      const cost = await costOf(client, (socket) => writeForever(socket, flood))
      expect(cost.code).toBe('ERR_CA_TIMEOUT')
      expect(cost.duration).toBeLessThan(PATIENCE * 4)
      expect(cost.growth).toBeLessThan(150 * MEBIBYTE)
    })
})

describe('a server that switches to another protocol', () => {
  it.each(CLIENTS)('is left at once by %s, and not waited for without end', async (client) => {
    const cost = await costOf(client, (socket) =>
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
      ),
    )
    expect(cost.code).toBe('ERR_CA_REPLY_INVALID')
    expect(cost.duration).toBeLessThan(PATIENCE)
  })
})
