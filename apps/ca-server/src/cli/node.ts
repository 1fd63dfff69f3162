import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'

export const registerNodes = (program: Command, context: CommandContext): void => {
  const node = program.command('node').description('the nodes that joined')
  addList(node, context, { kind: 'nodes', description: 'all nodes' })
}
