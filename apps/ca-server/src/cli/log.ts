import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'

export const registerLog = (program: Command, context: CommandContext): void => {
  const log = program.command('log').description('what happened')
  addList(log, context, 'show', 'log', 'log entries, newest first')
}
