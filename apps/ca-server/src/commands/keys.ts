import { acquireProcessLock } from '@easycerts/adapters/process'
import { EasycertsError } from '@easycerts/shared/errors'
import { dataPaths } from '../config/index.ts'
import { changeProtection, checkDataDirectory } from '../data-directory/index.ts'
import {
  type KeyProtection,
  passphraseProtection,
  plaintextProtection,
  readProtectionRecord,
  systemdProtection,
} from '../key-store/index.ts'
import { protectionOf, type ProtectionOptions } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { obtainSecret } from './obtain-secret.ts'

export interface ProtectOptions extends GlobalOptions, ProtectionOptions {
  readonly newPassphraseFile?: string | undefined
  readonly seal?: boolean | undefined
}

/** `ca-server keys protect`: another passphrase, or another kind of protection. */
export const runKeysProtect = async (
  context: CommandContext,
  options: ProtectOptions,
): Promise<void> => {
  const paths = dataPaths(options.dataDirectory)
  const to = protectionToBe(context, options)
  checkDataDirectory(paths, context.uid)
  const lock = await acquireProcessLock(paths.lock, context.clock)
  try {
    const from = protectionOf(context, paths, options)
    const keys = await changeProtection(paths, { from, to, uid: context.uid })
    const { method } = readProtectionRecord(paths, context.uid)
    await context.terminal.result(
      { keys, protection: method },
      () =>
        `${keys} key files are now kept by: ${method}.\nBackups and copies from before open as before.`,
    )
  } finally {
    await lock.release()
  }
}

const protectionToBe = (
  context: CommandContext,
  { newPassphraseFile, seal, insecurePlaintextKeys }: ProtectOptions,
): KeyProtection => {
  const kinds = [newPassphraseFile !== undefined, seal === true, insecurePlaintextKeys === true]
  if (kinds.filter(Boolean).length > 1)
    throw new EasycertsError(
      'ERR_USAGE',
      'choose one of --new-passphrase-file, --seal and --insecure-plaintext-keys',
    )
  if (insecurePlaintextKeys === true) return plaintextProtection
  if (seal === true) return systemdProtection(undefined)
  const ask = () =>
    obtainSecret(context, {
      file: newPassphraseFile,
      prompt: 'changed-ca',
      missing: 'a new passphrase is needed, and there is no terminal to ask at',
    })
  return passphraseProtection(ask, context.uid)
}
