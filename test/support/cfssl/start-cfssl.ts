import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { freePort } from '../free-port.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { until } from '../until.ts'

export const AUTH_KEY = '000102030405060708090a0b0c0d0e0f'

/** The CA of a cfssl: files in a folder of the test. */
export interface CfsslCa {
  readonly folder: string
  /** PEM. */
  readonly certificate: string
}

export interface CfsslServer {
  readonly port: number
  readonly stop: () => Promise<void>
}

const profile = (usages: readonly string[], expiry = '720h') => ({
  usages,
  expiry,
  auth_key: 'main',
})

const CONFIG = {
  signing: {
    default: profile(['digital signature']),
    profiles: {
      server: profile(['signing', 'key encipherment', 'server auth']),
      client: profile(['signing', 'client auth']),
      short: profile(['signing', 'server auth', 'client auth'], '10m'),
    },
  },
  auth_keys: { main: { type: 'standard', key: AUTH_KEY } },
}

/** That of easyCerts in NixOS: one profile, no default, the key in a file. */
const easyCertsConfig = (token: string) => ({
  signing: {
    profiles: {
      default: { usages: ['digital signature'], expiry: '720h', auth_key: 'default' },
    },
  },
  auth_keys: { default: { type: 'standard', key: `file:${token}` } },
})

const run = (args: readonly string[]): { readonly cert: string; readonly key: string } =>
  JSON.parse(
    execFileSync('cfssl', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as { cert: string; key: string }

/** Made by cfssl itself. */
export const createCfsslCa = (commonName: string, folder = temporaryFolder()): CfsslCa => {
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const key = { algo: 'ecdsa', size: 256 }
  const made = run([
    'gencert',
    '-initca',
    write('csr.json', JSON.stringify({ CN: commonName, key, names: [{ O: 'Lab' }] })),
  ])
  const [ca, caKey] = [write('ca.pem', made.cert), write('ca-key.pem', made.key)]
  const config = write('config.json', JSON.stringify(CONFIG))
  const hosts = ['127.0.0.1', 'localhost']
  const csr = write('tls.json', JSON.stringify({ CN: 'cfssl', hosts, key }))
  const tls = run(['gencert', '-ca', ca, '-ca-key', caKey, '-config', config, csr])
  write('tls.pem', tls.cert)
  write('tls-key.pem', tls.key)
  return { folder, certificate: made.cert }
}

/** A CA as easyCerts makes it; `token` is what its nodes show. */
export const createEasyCertsCa = (commonName: string, token = AUTH_KEY): CfsslCa => {
  const ca = createCfsslCa(commonName)
  const file = join(ca.folder, 'apitoken.secret')
  // cfssl 1.2.0 takes no newline at the end.
  writeFileSync(file, token, { mode: 0o400 })
  writeFileSync(join(ca.folder, 'config.json'), JSON.stringify(easyCertsConfig(file)))
  return ca
}

export interface CfsslOptions {
  readonly port?: number
  readonly isTls?: boolean
  /** Wants a client certificate of its own CA. */
  readonly isMutual?: boolean
}

/** `cfssl serve` of a CA, over plain HTTP unless told otherwise. */
export const startCfssl = async (
  { folder }: CfsslCa,
  { port, isTls = false, isMutual = false }: CfsslOptions = {},
): Promise<CfsslServer> => {
  const at = port ?? (await freePort())
  const file = (name: string): string => join(folder, name)
  const tls = ['-tls-cert', file('tls.pem'), '-tls-key', file('tls-key.pem')]
  const child = spawn(
    'cfssl',
    [
      ...['serve', '-loglevel', '5', '-address', '127.0.0.1', '-port', String(at)],
      ...['-ca', file('ca.pem'), '-ca-key', file('ca-key.pem'), '-config', file('config.json')],
      ...(isTls || isMutual ? tls : []),
      ...(isMutual ? ['-mutual-tls-ca', file('ca.pem')] : []),
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(stop)
  await until(() => answers(at))
  return { port: at, stop }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path: '/', agent: false }, (reply) => {
      reply.resume()
      resolve(true)
    })
    // What speaks TLS answers plain HTTP with a refusal, and is there.
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'))
    sent.end()
  })
