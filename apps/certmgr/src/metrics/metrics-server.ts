import { createServer, type RequestListener, type Server } from 'node:http'
import { minutes, seconds } from '@easycerts/shared/time'

/** What the listener shows; none of it is a secret, and nothing can be changed. */
export interface Shown {
  readonly metrics: () => Promise<string>
  readonly contentType: string
  /** Whether passes still end. */
  readonly isAlive: () => boolean
}

/** A pass may take half an hour before systemd has the daemon; the sleep after it ten minutes. */
export const LONGEST_SILENCE = minutes(45)

/** Prometheus holds one connection; more are a mistake or an attack. */
const MOST_CONNECTIONS = 16
const LIMITS = {
  maxHeaderSize: 8192,
  headersTimeout: seconds(5),
  requestTimeout: seconds(5),
  keepAliveTimeout: seconds(90),
  connectionsCheckingInterval: seconds(2),
} as const
const TEXT = 'text/plain; charset=utf-8'

/** `/metrics` and `/healthz`, by GET and HEAD alone. */
export const createMetricsServer = (shown: Shown): Server => {
  const server = createServer(LIMITS, listenerFor(shown))
  server.maxConnections = MOST_CONNECTIONS
  return server
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

const listenerFor =
  (shown: Shown): RequestListener =>
  (request, response) => {
    // A body is not read: the connection that brings one ends.
    if (request.headers['content-length'] !== undefined || 'transfer-encoding' in request.headers)
      response.setHeader('connection', 'close')
    const { method = '', url = '' } = request
    void answerTo(shown, method, url)
      .catch((): Answer => ({ status: 500, type: TEXT, text: 'internal error\n' }))
      .then(({ status, type, text }) => {
        response.writeHead(status, {
          'content-type': type,
          'content-length': Buffer.byteLength(text),
          ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
        })
        response.end(method === 'HEAD' ? '' : text)
      })
  }

const answerTo = async (shown: Shown, method: string, url: string): Promise<Answer> => {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, type: TEXT, text: 'only GET and HEAD\n' }
  if (url === '/metrics')
    return { status: 200, type: shown.contentType, text: await shown.metrics() }
  if (url === '/healthz')
    return shown.isAlive()
      ? { status: 200, type: TEXT, text: 'ok\n' }
      : { status: 500, type: TEXT, text: 'no pass has ended for too long\n' }
  return { status: 404, type: TEXT, text: 'there are /metrics and /healthz\n' }
}
