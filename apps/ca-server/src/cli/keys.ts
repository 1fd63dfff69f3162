import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { passphraseFile } from './options.ts'

export const registerKeys = (program: Command, context: CommandContext): void => {
  const keys = program.command('keys').description('the files of private keys')
  keys
    .command('protect')
    .description('keep the key files under another passphrase, sealed, or in plaintext')
    .addOption(passphraseFile())
    .option('--new-passphrase-file <file>', 'file with the new passphrase (default: a prompt)')
    .option('--seal', 'let systemd-creds seal them to this machine')
    .option('--insecure-plaintext-keys', 'keep them unencrypted')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server keys protect --passphrase-file old --new-passphrase-file new',
    )
    .action(async (_options, command: Command) => {
      const { runKeysProtect } = await import('../commands/keys.ts')
      await runKeysProtect(context, command.optsWithGlobals())
    })
}
