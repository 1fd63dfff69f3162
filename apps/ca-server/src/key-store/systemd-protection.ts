import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { runProcess } from '@easycerts/adapters/process'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import type { KeyProtection } from './key-protection.ts'
import { protectionRecordFile } from './protection-record.ts'

/** Name of the credential, bound into its encryption: `LoadCredentialEncrypted=ca-server-kek:…`. */
const CREDENTIAL = 'ca-server-kek'
const TIMEOUT = seconds(30)

/**
 * A random key-encryption key sealed by `systemd-creds` to this machine (TPM2 or host key). The
 * unit gets it through $CREDENTIALS_DIRECTORY; by hand, root opens it with systemd-creds.
 */
export const systemdProtection = (credentialsDirectory: string | undefined): KeyProtection => ({
  prepare: async (paths) => {
    const kek = randomBytes(32).toString('hex')
    const sealed = await systemdCreds(['encrypt', `--name=${CREDENTIAL}`, '-', '-'], kek)
    return {
      secret: kek,
      files: [
        { path: paths.sealedKek, content: sealed, mode: 0o600 },
        protectionRecordFile(paths, { method: 'systemd-creds' }),
      ],
    }
  },
  open: async (paths) =>
    credentialsDirectory === undefined
      ? systemdCreds(['decrypt', `--name=${CREDENTIAL}`, paths.sealedKek, '-'])
      : readTextFile(join(credentialsDirectory, CREDENTIAL)),
})

const systemdCreds = async (args: readonly string[], input?: string): Promise<string> => {
  const result = await runProcess(['systemd-creds', ...args], {
    timeout: TIMEOUT,
    ...(input === undefined ? {} : { input }),
  })
  if (result.exitCode !== 0)
    throw new EasycertsError(
      'ERR_PASSPHRASE_REQUIRED',
      `systemd-creds ${args[0] ?? ''} failed with status ${String(result.exitCode)}`,
      {
        hint: 'the sealed key opens only on the machine that sealed it, as root; elsewhere use a passphrase',
      },
    )
  return result.stdout
}
