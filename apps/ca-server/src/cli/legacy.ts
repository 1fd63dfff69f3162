import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerLegacy = (program: Command, context: CommandContext): void => {
  const legacy = program.command('legacy').description('the API of cfssl, for old certmgrs')
  legacy
    .command('status')
    .description('whether its door is open, what old keys are worth, and who still uses them')
    .addHelpText('after', '\nExample:\n  ca-server legacy status --output json')
    .action(async (_options, command: Command) => {
      const { runLegacyStatus } = await import('../commands/legacy-door.ts')
      await runLegacyStatus(context, command.optsWithGlobals())
    })
  const changes = [
    ['close', 'legacyClose', 'shut the door now and for good; ca-server runs on'],
    ['open', 'legacyOpen', 'open a door again that was shut'],
  ] as const
  for (const [verb, route, description] of changes)
    legacy
      .command(verb)
      .description(description)
      .requiredOption('--reason <text>', 'kept in the log')
      .addHelpText(
        'after',
        `\nExample:\n  ca-server legacy ${verb} --reason "all workers have joined"`,
      )
      .action(async (_options, command: Command) => {
        const { runLegacyChange } = await import('../commands/legacy-door.ts')
        await runLegacyChange(context, command.optsWithGlobals(), route)
      })
}
