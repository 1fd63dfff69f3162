import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerClock = (program: Command, context: CommandContext): void => {
  const clock = program.command('clock').description('whether the clock of this host is believed')
  clock
    .command('status')
    .description('why nothing is issued, if it is for the clock')
    .addHelpText('after', '\nExample:\n  ca-server clock status')
    .action(async (_options, command: Command) => {
      const { runClockStatus } = await import('../commands/clock.ts')
      await runClockStatus(context, command.optsWithGlobals())
    })
  clock
    .command('accept')
    .description('say that the clock is right now, and issue again')
    .addHelpText(
      'after',
      '\nExample:\n  timedatectl && ca-server clock accept\n\nLook at the clock first: what is issued by a wrong one is wrong for its whole life.',
    )
    .action(async (_options, command: Command) => {
      const { runClockAccept } = await import('../commands/clock.ts')
      await runClockAccept(context, command.optsWithGlobals())
    })
}
