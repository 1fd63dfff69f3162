import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readSecretFile } from '@easycerts/adapters/files'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { CommandContext } from './command-context.ts'
import type { PassphrasePurpose } from './prompt-passphrase.ts'

export interface SecretSources {
  /** The first line of a file that nobody else may read. */
  readonly file: string | undefined
  /** Name of a systemd credential that may hold it. */
  readonly credential?: string
  /** Which question to ask where there is a terminal. */
  readonly prompt: PassphrasePurpose
  /** Says what is missing where there is none. */
  readonly missing: string
}

/**
 * A passphrase or PIN from the first source that there is: file, systemd credential, terminal; never
 * an argument or the environment, which other users may see. ERR_PASSPHRASE_REQUIRED, ERR_FILE_UNSAFE.
 */
export const obtainSecret = async (
  context: CommandContext,
  { file, credential, prompt, missing }: SecretSources,
): Promise<Secret<string>> => {
  const path = file ?? findCredential(context, credential)
  if (path !== undefined) return new Secret(firstLine(readSecretFile(path, context.uid)))
  if (!context.isInteractive) throw new EasycertsError('ERR_PASSPHRASE_REQUIRED', missing)
  const { promptPassphrase } = await import('./prompt-passphrase.ts')
  return promptPassphrase(prompt)
}

const findCredential = (
  { environment: { credentialsDirectory } }: CommandContext,
  name: string | undefined,
): string | undefined => {
  if (credentialsDirectory === undefined || name === undefined) return undefined
  const path = join(credentialsDirectory, name)
  return existsSync(path) ? path : undefined
}

const firstLine = (text: string): string => text.replace(/\r?\n.*$/s, '')
