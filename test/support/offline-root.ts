import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A root that is nowhere near ca-server, made and used with OpenSSL's own program. */
export interface OfflineRoot {
  readonly certificate: string
  /** Signs a request as it asks; the file of the certificate. */
  readonly sign: (csr: string, options?: SigningOptions) => string
}

export interface SigningOptions {
  /** Lines of an OpenSSL extension section instead of what the request asks for. */
  readonly extensions?: readonly string[]
  /** Of the subject, instead of the request's: `/CN=other`. */
  readonly subject?: string
  readonly days?: number
}

export type RootKey = 'rsa' | 'ec' | 'ed25519' | 'p521'

const KEYS: Readonly<Record<RootKey, readonly string[]>> = {
  rsa: ['-newkey', 'rsa:3072'],
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  ed25519: ['-newkey', 'ed25519'],
  p521: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
}

export const runOpenssl = (args: readonly string[], input = ''): string => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${args[0] ?? ''}: ${stderr}`)
  return stdout
}

export const createOfflineRoot = (folder: string, key: RootKey = 'ec'): OfflineRoot => {
  const [keyFile, certificate] = [join(folder, 'root.key'), join(folder, 'root.crt')]
  runOpenssl([
    ...['req', '-x509', ...KEYS[key], '-nodes', '-keyout', keyFile, '-out', certificate],
    ...['-subj', '/O=Example Corp/CN=Example Corp Root', '-days', '3650', '-sha512'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ])
  const sign = (csr: string, { extensions, subject, days = 400 }: SigningOptions = {}): string => {
    const out = `${csr}.crt`
    const file = `${csr}.ext`
    if (extensions) writeFileSync(file, `${extensions.join('\n')}\n`)
    runOpenssl([
      ...['x509', '-req', '-in', csr, '-CA', certificate, '-CAkey', keyFile, '-out', out],
      ...['-days', String(days), '-CAcreateserial', '-CAserial', join(folder, 'serial')],
      ...(extensions ? ['-extfile', file] : ['-copy_extensions', 'copyall']),
      ...(subject === undefined ? [] : ['-subj', subject]),
    ])
    return out
  }
  return { certificate, sign }
}

export const textOf = (path: string): string => readFileSync(path, 'utf8')
