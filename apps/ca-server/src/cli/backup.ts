import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { collect, passphraseFile } from './options.ts'

export const registerBackup = (program: Command, context: CommandContext): void => {
  const backup = program
    .command('backup')
    .description('everything of this CA in one encrypted file')
    .addHelpText('after', '\nExample:\n  ca-server backup --out /mnt/backups/ca.backup.age')
  // A subcommand of its own, for its --out is not that of its neighbours.
  backup
    .command('create', { isDefault: true })
    .description('write a backup, while the server runs or not')
    .option('--out <file>', 'the file (default: one named by time, in the configured directory)')
    .option(
      '--recipient <line>',
      'who can open it (repeatable; default: those of ca-server.yaml)',
      collect,
      [],
    )
    .option('--without-keys', 'leave the private keys out')
    .addHelpText('after', '\nExample:\n  ca-server backup --out /mnt/backups/ca.backup.age')
    .action(async (_options, command: Command) => {
      const { runBackup } = await import('../commands/backup.ts')
      await runBackup(context, command.optsWithGlobals())
    })
  registerKeygen(backup, context)
  registerVerify(backup, context)
}

const registerKeygen = (backup: Command, context: CommandContext): void => {
  backup
    .command('keygen')
    .description('make an identity that opens backups; prints its recipient')
    .requiredOption('--out <file>', 'new file for the identity, mode 0600')
    .addHelpText('after', '\nExample:\n  ca-server backup keygen --out backup-identity')
    .action(async (_options, command: Command) => {
      const { runBackupKeygen } = await import('../commands/backup-keygen.ts')
      await runBackupKeygen(context, command.optsWithGlobals())
    })
}

const registerVerify = (backup: Command, context: CommandContext): void => {
  backup
    .command('verify')
    .description('check all of a backup and restore nothing')
    .argument('<file>', 'the backup')
    .requiredOption('--identity <file>', 'identity of a recipient')
    .option('--scratch <dir>', 'where its database is unpacked for a while (default: the system’s)')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server backup verify ca.backup.age --identity backup-identity',
    )
    .action(async (file: string, _options, command: Command) => {
      const { runBackupVerify } = await import('../commands/backup-verify.ts')
      await runBackupVerify(context, file, command.optsWithGlobals())
    })
}

export const registerRestore = (program: Command, context: CommandContext): void => {
  program
    .command('restore')
    .description('make a data directory from a backup, and begin a new epoch')
    .argument('<file>', 'the backup')
    .requiredOption('--identity <file>', 'identity of a recipient')
    .option('--keys-from <dir>', 'a copy of the keys directory, for a backup without keys')
    .option('--reconcile-for <duration>', 'how long newer identities are adopted', '7d')
    .addOption(passphraseFile())
    .option('--insecure-plaintext-keys', 'keep the private keys unencrypted')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server --data-directory /var/lib/easycerts/ca restore ca.backup.age --identity backup-identity',
    )
    .action(async (file: string, _options, command: Command) => {
      const { runRestore } = await import('../commands/restore.ts')
      await runRestore(context, file, command.optsWithGlobals())
    })
}
