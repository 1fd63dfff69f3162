import type { Secret } from '@easycerts/shared/encoding'
import type { DataPaths } from '../config/index.ts'
import {
  type KeyProtection,
  passphraseProtection,
  plaintextProtection,
  readProtectionRecord,
  systemdProtection,
} from '../key-store/index.ts'
import type { CommandContext } from './command-context.ts'
import { obtainSecret } from './obtain-secret.ts'

export interface ProtectionOptions {
  readonly passphraseFile?: string | undefined
  readonly insecurePlaintextKeys?: boolean | undefined
}

/** For a new CA: what was asked for, else systemd's sealing where it runs, else a passphrase. */
export const chooseProtection = (
  context: CommandContext,
  options: ProtectionOptions,
): KeyProtection => {
  if (options.insecurePlaintextKeys === true) return plaintextProtection
  if (options.passphraseFile === undefined && context.environment.hasSystemd)
    return systemdProtection(undefined)
  return passphraseProtection(askPassphrase(context, options.passphraseFile, 'new-ca'), context.uid)
}

/** For an existing CA: what its data directory says. */
export const protectionOf = (
  context: CommandContext,
  paths: DataPaths,
  options: ProtectionOptions,
): KeyProtection => {
  switch (readProtectionRecord(paths, context.uid).method) {
    case 'plaintext':
      return plaintextProtection
    case 'systemd-creds':
      return systemdProtection(context.environment.credentialsDirectory)
    case 'passphrase':
      return passphraseProtection(askPassphrase(context, options.passphraseFile, 'ca'), context.uid)
  }
}

const askPassphrase =
  (context: CommandContext, file: string | undefined, prompt: 'new-ca' | 'ca') =>
  (): Promise<Secret<string>> =>
    obtainSecret(context, {
      file,
      prompt,
      missing: 'the keys are kept under a passphrase, and there is no terminal to ask at',
    })
