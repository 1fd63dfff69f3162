import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import {
  EasycertsError,
  type ErrorCode,
  PROBLEM_MEDIA_TYPE,
  problemOf,
} from '@easycerts/shared/errors'

/** What never became a request, by the codes of Node and of its parser. */
const PARSER_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['ERR_HEADERS_TOO_LARGE', 'the request line and headers exceed 16 KiB'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['ERR_BODY_TOO_LARGE', 'the chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['ERR_REQUEST_TIMEOUT', 'the request did not arrive in time'],
}
const MALFORMED = ['ERR_REQUEST_MALFORMED', 'what arrived is no HTTP request'] as const

const isOfParser = (code = ''): code is string =>
  code.startsWith('HPE_') || Object.hasOwn(PARSER_CODES, code)

/** A problem by hand, for there is neither request nor reply yet; then the connection ends. */
export const answerParserError = ({ code }: NodeJS.ErrnoException, socket: Socket): void => {
  // A handshake that failed or never ended has no channel for words; an `end` would wait for one.
  if (!isOfParser(code) || !socket.writable) {
    socket.destroy()
    return
  }
  const [ours, message] = PARSER_CODES[code] ?? MALFORMED
  const problem = problemOf(new EasycertsError(ours, message))
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
