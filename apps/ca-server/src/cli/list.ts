import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import type { ListKind } from '../commands/list.ts'

interface ListCommand {
  readonly name?: string
  readonly kind: ListKind
  readonly description: string
}

/** A subcommand that lists records. */
export const addList = (
  parent: Command,
  context: CommandContext,
  { name = 'list', kind, description }: ListCommand,
): Command =>
  parent
    .command(name)
    .description(description)
    .option('--limit <count>', 'at most so many (default: all)')
    .action(async (_options, command: Command) => {
      const { runList } = await import('../commands/list.ts')
      await runList(context, command.optsWithGlobals(), kind)
    })
