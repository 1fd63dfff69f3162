import { execFileSync, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import { until } from '../test/support/until.ts'

export interface CfsslServer {
  readonly pid: number
  /** One `authsign`, as certmgr sends it, over a kept connection. */
  readonly sign: (csr: string) => Promise<void>
  readonly stop: () => void
}

const KEY = '0123456789abcdef0123456789abcdef'
const CONFIG = {
  signing: {
    default: { expiry: '720h', usages: ['digital signature', 'client auth'], auth_key: 'node' },
  },
  auth_keys: { node: { type: 'standard', key: KEY } },
}
const CA_REQUEST = { CN: 'bench', key: { algo: 'ecdsa', size: 256 }, hosts: ['127.0.0.1'] }

/** The peer: `cfssl serve` without a database, so that nothing it answers is durable. */
export const startCfssl = async (connections: number): Promise<CfsslServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-cfssl-'))
  const file = (name: string, content: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(content))
    return join(folder, name)
  }
  const made = JSON.parse(
    execFileSync('cfssl', ['gencert', '-initca', file('ca.json', CA_REQUEST)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as { cert: string; key: string }
  writeFileSync(join(folder, 'ca.pem'), made.cert)
  writeFileSync(join(folder, 'ca-key.pem'), made.key)
  const port = await freePort()
  const ca = ['-ca', join(folder, 'ca.pem'), '-ca-key', join(folder, 'ca-key.pem')]
  const tls = ['-tls-cert', join(folder, 'ca.pem'), '-tls-key', join(folder, 'ca-key.pem')]
  const child = spawn(
    'cfssl',
    [
      ...['serve', '-loglevel', '5', '-address', '127.0.0.1', '-port', String(port)],
      ...['-config', file('config.json', CONFIG), ...ca, ...tls],
    ],
    { stdio: 'ignore' },
  )
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    // It serves with the certificate of its CA, which is no server's.
    rejectUnauthorized: false,
  })
  const post = (path: string, body: unknown): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, port, host: '127.0.0.1', method: 'POST', path }, (reply) => {
        reply.resume()
        reply.once('end', () => resolve(reply.statusCode ?? 0))
      })
      sent.once('error', reject)
      sent.end(JSON.stringify(body))
    })
  const answers = () =>
    post('/api/v1/cfssl/info', { label: '' }).then(
      (status) => status === 200,
      () => false,
    )
  await until(answers)
  return {
    pid: child.pid ?? 0,
    sign: async (csr) => {
      const inner = Buffer.from(JSON.stringify({ certificate_request: csr, hosts: [] }))
      const token = createHmac('sha256', Buffer.from(KEY, 'hex')).update(inner).digest('base64')
      const status = await post('/api/v1/cfssl/authsign', {
        token,
        request: inner.toString('base64'),
      })
      if (status !== 200) throw new Error(`cfssl refused: ${status}`)
    },
    stop: () => {
      child.kill('SIGKILL')
      agent.destroy()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
