import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerCheckExpiration = (program: Command, context: CommandContext): void => {
  program
    .command('check-expiration')
    .description('what ends when: issuers, own TLS, every node, persons, and the last backup')
    .option(
      '--within <duration>',
      'what counts as soon; of a life shorter than four times this, its last quarter',
      '30d',
    )
    .option('--near', 'show only what is not ok')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server check-expiration --within 14d --near\n\nEnds with exit code 69 if anything but the certificate of a person ends soon.',
    )
    .action(async (_options, command: Command) => {
      const { runCheckExpiration } = await import('../commands/check-expiration.ts')
      await runCheckExpiration(context, command.optsWithGlobals())
    })
}
