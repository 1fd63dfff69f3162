import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'

export const registerCertificates = (program: Command, context: CommandContext): void => {
  const certificate = program.command('certificate').description('what was issued')
  addList(certificate, context, 'list', 'certificates', 'certificates, newest first')
}
