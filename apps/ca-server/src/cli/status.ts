import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerStatus = (program: Command, context: CommandContext): void => {
  program
    .command('status')
    .description('whether the CA can serve, and what needs a look: exit code 0, 75 or 69')
    .addHelpText('after', '\nExample:\n  ca-server status --output json')
    .action(async (_options, command: Command) => {
      const { runStatus } = await import('../commands/status.ts')
      await runStatus(context, command.optsWithGlobals())
    })
}
