import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'
import { collect } from './options.ts'

/** What becomes of the addresses and names of nodes: `node changes|approve|reject|set`. */
export const registerNodeChanges = (node: Command, context: CommandContext): void => {
  addList(node, context, {
    name: 'changes',
    kind: 'changes',
    description: 'changes of addresses and names that nodes ask for',
  })
  node
    .command('approve')
    .description('make a change that a node asks for')
    .argument('<name>', 'the node')
    .option('--change <id>', 'the change as "node changes" showed it')
    .option('--address <host>', 'only this of what it adds (repeatable)', collect, [])
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server node approve worker-1 --change 3f0c5a1e9b7d\n  ca-server node approve worker-1 --address 10.0.0.12',
    )
    .action(async (name: string, _options, command: Command) => {
      const { runNodeApprove } = await import('../commands/node-changes.ts')
      await runNodeApprove(context, command.optsWithGlobals(), name)
    })
  node
    .command('reject')
    .description('leave a node as it is, and do not ask about the same again')
    .argument('<name>', 'the node')
    .option('--change <id>', 'only this change')
    .addHelpText('after', '\nExample:\n  ca-server node reject worker-1')
    .action(async (name: string, _options, command: Command) => {
      const { runNodeReject } = await import('../commands/node-changes.ts')
      await runNodeReject(context, command.optsWithGlobals(), name)
    })
  node
    .command('set')
    .description('say which addresses and further names a node has, instead of all that it had')
    .argument('<name>', 'the node')
    .option(
      '--address <host>',
      'an address (repeatable); the first is the one it uses',
      collect,
      [],
    )
    .option('--name <host>', 'a further name (repeatable)', collect, [])
    .addHelpText(
      'after',
      '\nExample:\n  ca-server node set worker-1 --address 10.0.0.12 --name worker-1.example.com',
    )
    .action(async (name: string, _options, command: Command) => {
      const { runNodeSet } = await import('../commands/node-changes.ts')
      await runNodeSet(context, command.optsWithGlobals(), name)
    })
}
