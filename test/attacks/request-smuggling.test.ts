import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, joinNode } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { exchangeRaw, showing } from './support/raw-octets.ts'

let ca: AttackedCa
let node: Identity
beforeAll(async () => {
  ca = await startAttackedCa()
  node = await joinNode(ca, 'worker-1')
})
afterAll(() => ca.dispose())

const HIDDEN = 'GET /v1/time?nonce=abcdefghijklmnop HTTP/1.1\r\nHost: a\r\n\r\n'
const CHUNKED = `0\r\n\r\n${HIDDEN}`
const length = (text: string) => `Content-Length: ${text.length}\r\n`

/** A request whose head is this, with what one reader takes for its body and another for a request. */
const post = (head: string, body = CHUNKED) =>
  `POST /v1/join HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${head}\r\n${body}`

const TE = 'Transfer-Encoding: chunked\r\n'
const overflow = `${'F'.repeat(17)}\r\n`

const AMBIGUOUS: readonly (readonly [string, string])[] = [
  ['a length and chunks', post(length(CHUNKED) + TE)],
  ['chunks and a length', post(TE + length(CHUNKED))],
  ['two lengths', post(`Content-Length: 0\r\n${length(CHUNKED)}`)],
  ['one length twice', post(length(HIDDEN) + length(HIDDEN), HIDDEN)],
  ['a list of lengths', post(`Content-Length: 0, ${CHUNKED.length}\r\n`)],
  ['a length with a sign', post(`Content-Length: +0\r\n`, HIDDEN)],
  ['a negative length', post(`Content-Length: -1\r\n`, HIDDEN)],
  ['a hexadecimal length', post(`Content-Length: 0x0\r\n`, HIDDEN)],
  ['a length beyond all numbers', post(`Content-Length: ${'9'.repeat(30)}\r\n`, HIDDEN)],
  ['chunks and another coding', post(`Transfer-Encoding: chunked, identity\r\n`)],
  ['another coding and a length', post(`Transfer-Encoding: xchunked\r\n${length(CHUNKED)}`)],
  ['two codings', post(`${TE}Transfer-Encoding: identity\r\n`)],
  ['a coding after a space', post(`Transfer-Encoding : chunked\r\n${length(CHUNKED)}`)],
  ['a coding after a vertical tab', post(`Transfer-Encoding: \x0bchunked\r\n${length(CHUNKED)}`)],
  ['a coding in quotes', post(`Transfer-Encoding: "chunked"\r\n${length(CHUNKED)}`)],
  ['a coding in a folded line', post(`X: a\r\n ${TE}${length(CHUNKED)}`)],
  ['a folded coding', post(`Transfer-Encoding:\r\n chunked\r\n${length(CHUNKED)}`)],
  ['a coding behind a bare LF', post(`X: a\n${TE}${length(CHUNKED)}`)],
  ['a coding behind a bare CR', post(`X: a\r${TE}${length(CHUNKED)}`)],
  ['a coding behind NUL', post(`X: a\0\r\n${TE}${length(CHUNKED)}`)],
  ['a header without a colon', post(`Transfer-Encoding chunked\r\n${length(CHUNKED)}`)],
  ['a chunk beyond all numbers', post(TE, `${overflow}${HIDDEN}`)],
  ['a chunk size with rubbish', post(TE, `0 x\r\n\r\n${HIDDEN}`)],
  ['a chunk that ends with a bare LF', post(TE, `0\n\n${HIDDEN}`)],
  ['a chunk extension with a bare LF', post(TE, `0;a\n\r\n\r\n${HIDDEN}`)],
  ['a chunk longer than its size', post(TE, `1\r\nab\r\n0\r\n\r\n${HIDDEN}`)],
  ['HTTP/1.0 with chunks and a length', post(TE + length(CHUNKED)).replace('/1.1', '/1.0')],
  ['a version beyond 1.1', post(TE + length(CHUNKED)).replace('/1.1', '/1.9')],
  ['two hosts', post(`Host: b\r\n${length(CHUNKED)}${TE}`)],
]

describe('a request that two readers would cut differently', () => {
  it.each(AMBIGUOUS)('hides no second request at the join listener: %s', async (_title, octets) => {
    const { statuses } = await exchangeRaw(ca.joinPort, octets, {})
    expect(statuses()).not.toContain(200)
    expect(statuses().length).toBeLessThanOrEqual(1)
  })

  it('hides no second request at the listener for nodes', async () => {
    const tls = showing(node)
    const hidden = HIDDEN.replace('/v1/time?nonce=abcdefghijklmnop', '/v1/node')
    for (const [title, octets] of AMBIGUOUS) {
      const inner = octets.replace('/v1/join', '/v1/certificates').replace(HIDDEN, hidden)
      const { statuses } = await exchangeRaw(ca.nodePort, inner, tls)
      expect(statuses(), title).not.toContain(200)
    }
  })

  it('is not every second request: what is said clearly is answered in order', async () => {
    const last = HIDDEN.replace('Host: a', 'Host: a\r\nConnection: close')
    const octets = post(TE, `2\r\n{}\r\n0\r\n\r\n${HIDDEN}${last}`)
    const { statuses } = await exchangeRaw(ca.joinPort, octets, {})
    expect(statuses()).toEqual([400, 200, 200])
  })
})
