import { type Command, Option } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { NODE_STATES } from '../commands/node-states.ts'
import { addList } from './list.ts'
import { registerNodeChanges } from './node-changes.ts'
import { registerNodeState } from './node-state.ts'

export const registerNodes = (program: Command, context: CommandContext): void => {
  const node = program.command('node').description('the nodes that joined')
  addList(node, context, { kind: 'nodes', description: 'nodes, by name' })
    .addOption(
      new Option('--state <state>', 'in this state (default: all but removed)').choices([
        ...NODE_STATES,
      ]),
    )
    .addOption(new Option('--role <role>', 'of this role').choices(['worker', 'master']))
    .option('--prefix <text>', 'whose name begins so')
    .option('--not-seen-for <duration>', 'that have not called for so long, such as 1d')
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server node list --state frozen\n  ca-server node list --not-seen-for 1d --output json',
    )
  registerNodeState(node, context)
  registerNodeChanges(node, context)
}
