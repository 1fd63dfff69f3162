import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import { createAuthsignClient, SIGNING_CONFIG } from './authsign-client.ts'

export interface CfsslServer {
  readonly pid: number
  /** One `authsign`, as certmgr sends it, over a kept connection. */
  readonly sign: (csr: string) => Promise<void>
  readonly stop: () => void
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
      ...['-config', file('config.json', SIGNING_CONFIG), ...ca, ...tls],
    ],
    { stdio: 'ignore' },
  )
  const client = createAuthsignClient(port, connections)
  await client.ready()
  return {
    pid: child.pid ?? 0,
    sign: client.sign,
    stop: () => {
      child.kill('SIGKILL')
      client.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
