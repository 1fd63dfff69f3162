import { type Command, Option } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { passphraseFile } from './options.ts'

export const registerServe = (program: Command, context: CommandContext): void => {
  program
    .command('serve', { isDefault: true })
    .description('run the CA until a signal ends it')
    .addOption(passphraseFile())
    .addOption(
      new Option('--log-level <level>', 'least severe line to log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  ca-server serve --passphrase-file /etc/easycerts/ca-passphrase',
    )
    .action(async (_options, command: Command) => {
      const { runServe } = await import('../commands/serve.ts')
      await runServe(context, command.optsWithGlobals())
    })
}
