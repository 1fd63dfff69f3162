import { describe, expect, it } from 'vitest'
import { CLIENTS, costOf, type Misdeed } from './support/hostile-answer.ts'

const problem = (more: object) =>
  JSON.stringify({
    ...{ type: 'urn:x', title: 'x', status: 400, code: 'ERR_USAGE', detail: 'x', hint: 'x' },
    ...more,
  })

const elsewhere = { location: 'https://attacker.example/v1/node' }
const html = { 'content-type': 'text/html' }

const ANSWERS: readonly (readonly [string, RegExp, Misdeed])[] = [
  ...[301, 302, 303, 307, 308].map((status): readonly [string, RegExp, Misdeed] => [
    `a redirect of status ${status}`,
    /^ERR_CA_REPLY_INVALID$/,
    (_socket, reply) => reply.writeHead(status, elsewhere).end('{}'),
  ]),
  [
    'the page of a proxy that wants a login',
    /^ERR_CA_REPLY_INVALID$/,
    (_socket, reply) => reply.writeHead(200, html).end('<html>log in</html>'),
  ],
  [
    'success without a body',
    /^ERR_CA_REPLY_INVALID$/,
    (_socket, reply) => reply.writeHead(204).end(),
  ],
  [
    'a refusal by a code that nobody knows',
    /^ERR_CA_REPLY_INVALID$/,
    (_socket, reply) => reply.writeHead(400).end(problem({ code: 'toString' })),
  ],
  [
    'a prototype',
    /^ERR_CA_REPLY_INVALID$/,
    (_socket, reply) => reply.end('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'),
  ],
  [
    'two answers to one question',
    /^ERR_CA_(REPLY_INVALID|UNREACHABLE)$/,
    (socket) => {
      const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
      socket.write(answer + answer)
    },
  ],
  [
    'a length and chunks',
    /^ERR_CA_REPLY_INVALID$/,
    (socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}'),
  ],
]

describe('a server that answers with something else', () => {
  for (const client of CLIENTS)
    it.each(ANSWERS)(`misleads ${client} to nothing: %s`, async (_title, code, misdeed) => {
      const cost = await costOf(client, misdeed)
      expect(cost.code).toMatch(code)
      expect('polluted' in {}).toBe(false)
    })

  it.each(CLIENTS)('writes no commands to the terminal of %s', async (client) => {
    const detail = '\x1b]0;owned\x07\x1b[2J\u202eevil\u2066\r\nok  verified'
    const cost = await costOf(client, (_socket, reply) => {
      reply.writeHead(400).end(problem({ detail: detail + 'x'.repeat(100_000) }))
    })
    expect(cost.code).toBe('ERR_USAGE')
    expect(cost.message).not.toMatch(/\p{C}/u)
    expect(cost.message.length).toBeLessThanOrEqual(1_000)
  })
})
