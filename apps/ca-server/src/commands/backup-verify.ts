import { tmpdir } from 'node:os'
import { readSecretFile } from '@easycerts/adapters/files'
import { type BackupIdentity, parseIdentities, verifyBackup } from '../backup/index.ts'
import type { CommandContext } from './command-context.ts'

export interface BackupVerifyOptions {
  readonly identity: string
  readonly scratch?: string
}

export const readIdentities = (context: CommandContext, file: string): BackupIdentity[] =>
  parseIdentities(file, readSecretFile(file, context.uid))

/** `ca-server backup verify` */
export const runBackupVerify = async (
  context: CommandContext,
  file: string,
  options: BackupVerifyOptions,
): Promise<void> => {
  const identities = readIdentities(context, options.identity)
  const manifest = await verifyBackup(file, identities, options.scratch ?? tmpdir())
  await context.terminal.result({ file, verified: true, ...manifest }, () =>
    [
      `${file} is whole: cluster "${manifest.cluster}", made ${manifest.createdAt}, keys ${manifest.keys}.`,
      `Store ${manifest.store.id}, epoch ${manifest.store.epoch}, log of ${manifest.log.size} entries.`,
      `Enrolment issuer: ${manifest.enrolmentPin}`,
    ].join('\n'),
  )
}
