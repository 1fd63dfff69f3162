import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'

export const registerIssuers = (program: Command, context: CommandContext): void => {
  const issuer = program.command('issuer').description('the CAs of the cluster')
  addList(issuer, context, 'list', 'issuers', 'all issuers')
}
