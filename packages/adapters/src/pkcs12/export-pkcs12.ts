import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Duration } from '@easycerts/shared/time'
import { ensureDirectory, readSecretFile, stageFile } from '../files/index.ts'
import { runProcess } from '../process/index.ts'

export interface Pkcs12Entry {
  /** The key, its certificate, and the certificates that follow it. */
  readonly pem: Secret<string>
  /** The friendly name of the entry, which Java calls its alias. */
  readonly alias: string
  /** Of an owner that `readSecretFile` accepts; its first line is the password. */
  readonly passwordFile: string
}

export interface Pkcs12Limits {
  readonly timeout: Duration
  readonly signal?: AbortSignal
  /** Whose password files are believed, beside root's. */
  readonly uid: number
  /** For the key while OpenSSL reads it; what a kill leaves there has the name of a temporary file. */
  readonly scratchDirectory: string
}

/** What OpenSSL 1.1 and 3 make, and Java reads since 8u301: nothing older than AES and SHA-256. */
const ALGORITHMS = ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256']

/** Nothing of our own environment: $OPENSSL_CONF would change what is made. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin' }

/**
 * One key with its certificates as PKCS#12 (RFC 7292), by OpenSSL's program, which gets the key and
 * the password by closed files: it reads its input twice, so a pipe would not do. The SHA-1 of the
 * certificate stands unencrypted in the result (`localKeyID`). ERR_FILE_UNREADABLE, ERR_FILE_UNSAFE or ERR_CONFIG_INVALID for
 * the password, ERR_FILE_NOT_WRITABLE, ERR_ACTION_FAILED, ERR_ACTION_TIMEOUT.
 */
export const exportPkcs12 = async (
  { pem, alias, passwordFile }: Pkcs12Entry,
  limits: Pkcs12Limits,
): Promise<Buffer> => {
  requirePassword(passwordFile, limits.uid)
  await ensureDirectory(limits.scratchDirectory, 0o700)
  const path = join(limits.scratchDirectory, 'pkcs12.pem')
  const input = await stageFile({ path, content: pem, mode: 0o600 })
  try {
    const files = ['-in', input, '-passout', `file:${passwordFile}`]
    return await run(['-export', '-name', alias, ...files, ...ALGORITHMS], limits)
  } finally {
    await rm(input, { force: true })
  }
}

const run = async (words: readonly string[], limits: Pkcs12Limits): Promise<Buffer> => {
  const argv = ['openssl', 'pkcs12', ...words]
  const { exitCode, stdoutOctets, stderr } = await runProcess(argv, { ...limits, env: ENVIRONMENT })
  if (exitCode === 0) return stdoutOctets
  const reason = stderr.trim().split('\n').at(0) ?? ''
  throw new EasycertsError('ERR_FILE_NOT_WRITABLE', `openssl makes no PKCS#12 file: ${reason}`, {
    hint: 'is openssl of version 1.1 or later installed?',
  })
}

/** The errors of `exportPkcs12` that concern the password. */
export const requirePassword = (path: string, uid: number): void => {
  if (/^[^\r\n]/.test(readSecretFile(path, uid))) return
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} has no password in its first line`)
}
