import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'
import { collect } from './options.ts'

export const registerTickets = (program: Command, context: CommandContext): void => {
  const ticket = program.command('ticket').description('what lets a machine join')
  ticket
    .command('create')
    .description('print one line that lets one machine join, once')
    .requiredOption('--node <name>', 'name of the node')
    .requiredOption('--role <role>', 'worker or master')
    .option(
      '--address <host>',
      'address or further name of the node, for its serving certificates (repeatable)',
      collect,
      [],
    )
    .option('--ttl <duration>', 'how long the ticket is good', '1h')
    .option('--cluster-admin', 'also give this master the cluster-admin kubeconfig')
    .option('--replace', 'let a new key take the place of the node’s identity')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server ticket create --node worker-1 --role worker --address 10.0.0.11 | ssh worker-1 node-join',
    )
    .action(async (_options, command: Command) => {
      const { runTicketCreate } = await import('../commands/ticket.ts')
      await runTicketCreate(context, command.optsWithGlobals())
    })
  addList(ticket, context, { kind: 'tickets', description: 'all tickets, newest first' })
  ticket
    .command('revoke')
    .description('make a ticket worthless')
    .argument('<id>', 'the part of the ticket after "ec1."')
    .action(async (id: string, _options, command: Command) => {
      const { runTicketRevoke } = await import('../commands/ticket.ts')
      await runTicketRevoke(context, command.optsWithGlobals(), id)
    })
}
