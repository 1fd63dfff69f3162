import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { CLIENTS, costOf, type Misdeed, PATIENCE, writeForever } from './support/hostile-answer.ts'

const MEBIBYTE = 1 << 20
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const flood = (text: string) => text.repeat(Math.ceil(MEBIBYTE / text.length))

const drip = (reply: ServerResponse, octets: string): void => {
  const timer = setInterval(() => reply.write(octets), 20)
  reply.once('close', () => clearInterval(timer))
}

const INVALID = 'ERR_CA_REPLY_INVALID'
const LATE = 'ERR_CA_TIMEOUT'

const ANSWERS: readonly (readonly [string, string, Misdeed])[] = [
  ['one octet at a time', LATE, (_socket, reply) => drip(reply, ' ')],
  ['nothing after its headers', LATE, (_socket, reply) => reply.flushHeaders()],
  [
    'a length of ten octets and one of them',
    LATE,
    (_socket, reply) => reply.writeHead(200, { 'content-length': 10 }).write('{'),
  ],
  [
    'a body without end',
    INVALID,
    (_socket, reply) => {
      reply.write('[')
      const more = (): void => {
        while (!reply.destroyed && reply.write(flood('1,')));
      }
      reply.on('drain', more)
      more()
    },
  ],
  [
    'headers without end',
    INVALID,
    (socket) => {
      socket.write(OK)
      writeForever(socket, flood('X-A: b\r\n'))
    },
  ],
  [
    'one header without end',
    INVALID,
    (socket) => {
      socket.write(`${OK}X: `)
      writeForever(socket, flood('x'))
    },
  ],
  [
    'a status line without end',
    INVALID,
    (socket) => {
      socket.write('HTTP/1.1 200 ')
      writeForever(socket, flood('K'))
    },
  ],
  [
    'an extension of a chunk without end',
    INVALID,
    (socket) => {
      socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n1;`)
      writeForever(socket, flood('x'))
    },
  ],
  [
    '64 MiB of a compressed body',
    INVALID,
    (_socket, reply) => {
      const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE, ' '))
      reply
        .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
        .end(bomb)
    },
  ],
  ['arrays in arrays of 1 MiB', INVALID, (_socket, reply) => reply.end('['.repeat(MEBIBYTE))],
  [
    'whole arrays in arrays of 1 MiB',
    INVALID,
    (_socket, reply) => reply.end('['.repeat(MEBIBYTE / 2) + ']'.repeat(MEBIBYTE / 2)),
  ],
  ['random octets', INVALID, (_socket, reply) => reply.end(randomBytes(MEBIBYTE / 2))],
]

describe('a server that answers slowly, without end or too much', () => {
  for (const client of CLIENTS)
    it.each(ANSWERS)(
      `costs ${client} no more than its patience: %s`,
      async (_title, code, misdeed) => {
        const cost = await costOf(client, misdeed)
        expect(cost.code).toMatch(
          code === INVALID ? /^ERR_CA_(REPLY_INVALID|UNREACHABLE|TIMEOUT)$/ : LATE,
        )
        expect(cost.duration).toBeLessThan(PATIENCE * 6)
        expect(cost.growth).toBeLessThan(200 * MEBIBYTE)
      },
    )
})
