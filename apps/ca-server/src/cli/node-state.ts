import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

/** What becomes of one node: `node show|quarantine|recover|remove`. */
export const registerNodeState = (node: Command, context: CommandContext): void => {
  node
    .command('show')
    .description('all that is known of one node')
    .argument('<name>', 'the node')
    .addHelpText('after', '\nExample:\n  ca-server node show worker-1')
    .action(async (name: string, _options, command: Command) => {
      const { runNodeShow } = await import('../commands/node-show.ts')
      await runNodeShow(context, command.optsWithGlobals(), name)
    })
  registerQuarantine(node, context)
  node
    .command('recover')
    .description('end a quarantine or a freeze: print a ticket for a new key of the node')
    .argument('<name>', 'the node')
    .option('--ttl <duration>', 'how long the ticket is good', '1h')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server node recover worker-1 | ssh worker-1 node-join --rejoin',
    )
    .action(async (name: string, _options, command: Command) => {
      const { runNodeRecover } = await import('../commands/node-state.ts')
      await runNodeRecover(context, command.optsWithGlobals(), name)
    })
  node
    .command('remove')
    .description('revoke all of a node, end its tickets and forget it; its log stays')
    .argument('<name>', 'the node')
    .option('--reason <text>', 'why, for the log', 'removed by an operator')
    .addHelpText('after', '\nExample:\n  ca-server node remove worker-1 --reason "sold in May"')
    .action(async (name: string, _options, command: Command) => {
      const { runNodeRemove } = await import('../commands/node-state.ts')
      await runNodeRemove(context, command.optsWithGlobals(), name)
    })
}

const registerQuarantine = (node: Command, context: CommandContext): void => {
  node
    .command('quarantine')
    .description('give a node nothing any more, at once; what it holds works until it ends')
    .argument('<name>', 'the node')
    .requiredOption('--reason <text>', 'why, for the log and for "node show"')
    .option('--revoke <reason>', 'also revoke all that it holds, for a reason of RFC 5280')
    .addHelpText(
      'after',
      `
Examples:
  ca-server node quarantine worker-1 --reason "strange traffic"
  ca-server node quarantine worker-1 --reason "disk stolen" --revoke keyCompromise`,
    )
    .action(async (name: string, _options, command: Command) => {
      const { runNodeQuarantine } = await import('../commands/node-state.ts')
      await runNodeQuarantine(context, command.optsWithGlobals(), name)
    })
}
