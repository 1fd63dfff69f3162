import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { generateBackupIdentity } from '../backup/index.ts'
import type { CommandContext } from './command-context.ts'

/** `ca-server backup keygen`: the form of age-keygen, so that `age` reads it too. */
export const runBackupKeygen = async (
  context: CommandContext,
  options: { readonly out: string },
): Promise<void> => {
  const path = resolve(options.out)
  if (existsSync(path))
    throw new EasycertsError('ERR_FILE_NOT_WRITABLE', `${path} exists already`, {
      hint: 'nothing was changed: without the identity in it, its backups cannot be opened',
    })
  const { identity, recipient } = await generateBackupIdentity()
  await writeFileDurably({
    path,
    content: `# created: ${context.clock().toISOString()}\n# public key: ${recipient}\n${identity.reveal()}\n`,
    mode: 0o600,
  })
  await context.terminal.result({ path, recipient }, () => recipient)
  context.terminal.note(
    `Keep ${path} away from the CA host: it opens every backup. Give the line above to the CA.`,
  )
}
