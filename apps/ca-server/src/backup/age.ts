import type { ReadableStream } from 'node:stream/web'
import type { Brand } from '@easycerts/shared/encoding'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'

/** The public line of an age key, `age1…`: whoever has it can make a backup and read none. */
export type Recipient = Brand<string, 'Recipient'>
/** The private line, `AGE-SECRET-KEY-1…`. */
export type BackupIdentity = Secret<string>

const MAX_RECIPIENT_LENGTH = 4096

/** ERR_BACKUP_RECIPIENT_INVALID, with the checksum of the line verified. */
export const parseRecipient = (text: string): Recipient => {
  const line = text.trim()
  try {
    if (line.length > MAX_RECIPIENT_LENGTH) throw new TypeError('too long')
    new Encrypter().addRecipient(line)
    return line as Recipient
  } catch {
    throw new EasycertsError(
      'ERR_BACKUP_RECIPIENT_INVALID',
      `"${line.slice(0, 40)}" is not a recipient of age, or a character of it is wrong`,
    )
  }
}

/** Lines of age-keygen or `backup keygen`; comments are skipped. ERR_BACKUP_IDENTITY_WRONG. */
export const parseIdentities = (file: string, text: string): BackupIdentity[] => {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  try {
    const decrypter = new Decrypter()
    for (const line of lines) decrypter.addIdentity(line)
    if (lines.length === 0) throw new TypeError('none')
    return lines.map((line) => new Secret(line))
  } catch {
    // The line is a secret, so it is not repeated.
    throw new EasycertsError('ERR_BACKUP_IDENTITY_WRONG', `${file} holds no identity of age`, {
      hint: 'an identity file has a line that begins with AGE-SECRET-KEY-1; a passphrase-protected one is opened with age first',
    })
  }
}

export const generateBackupIdentity = async (): Promise<{
  readonly identity: BackupIdentity
  readonly recipient: Recipient
}> => {
  const identity = await generateX25519Identity()
  return {
    identity: new Secret(identity),
    recipient: (await identityToRecipient(identity)) as Recipient,
  }
}

/** Of octets; Node's own types leave what a stream holds open. */
export type Octets = ReadableStream<Uint8Array>

/** Streams: neither side is ever in memory whole. */
export const encryptTo = async (
  recipients: readonly Recipient[],
  plaintext: Octets,
): Promise<Octets> => {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return encrypter.encrypt(plaintext)
}

/**
 * ERR_BACKUP_IDENTITY_WRONG, ERR_BACKUP_DAMAGED for a damaged head; damage further on, or a missing
 * end, fails the stream itself.
 */
export const decryptWith = async (
  identities: readonly BackupIdentity[],
  ciphertext: Octets,
): Promise<Octets> => {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity.reveal())
  try {
    return await decrypter.decrypt(ciphertext)
  } catch (error) {
    // The disk's own failures are told by the reader of the file.
    if (error instanceof Error && 'syscall' in error) throw error
    throw error instanceof Error && error.message.startsWith('no identity matched')
      ? new EasycertsError('ERR_BACKUP_IDENTITY_WRONG', 'this identity does not open the backup')
      : new EasycertsError('ERR_BACKUP_DAMAGED', 'the backup is no age file, or is damaged')
  }
}
