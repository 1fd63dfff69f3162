import { type Command, Option } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { TICKET_STATES } from '../commands/ticket-states.ts'
import { addList } from './list.ts'
import { collect } from './options.ts'

export const registerTickets = (program: Command, context: CommandContext): void => {
  const ticket = program.command('ticket').description('what lets machines join')
  registerCreate(ticket, context)
  addList(ticket, context, { kind: 'tickets', description: 'tickets, newest first' })
    .addOption(new Option('--state <state>', 'in this state').choices([...TICKET_STATES]))
    .option('--node <name>', 'for this node, or used by it')
    .addOption(new Option('--role <role>', 'for this role').choices(['worker', 'master']))
    .addHelpText('after', '\nExample:\n  ca-server ticket list --state open --output json')
  ticket
    .command('show')
    .description('one ticket, and who joined by it')
    .argument('<id>', 'the part of the ticket after "ec1."')
    .addHelpText('after', '\nExample:\n  ca-server ticket show 7m4k2p9x3hw8')
    .action(async (id: string, _options, command: Command) => {
      const { runTicketShow } = await import('../commands/ticket-show.ts')
      await runTicketShow(context, command.optsWithGlobals(), id)
    })
  registerRevoke(ticket, context)
}

const registerCreate = (ticket: Command, context: CommandContext): void => {
  ticket
    .command('create')
    .description('print one line that lets one machine join, once; or tickets for a fleet')
    .option('--node <name>', 'name of the node, or a pattern: worker-*, worker-{01..40}')
    .option('--role <role>', 'worker or master; with --nodes for those that have none')
    .option(
      '--address <host>',
      'address or further name of the node, for its serving certificates (repeatable)',
      collect,
      [],
    )
    .option('--nodes <file>', 'a ticket for each node of a YAML list or CSV table; all or none')
    .option('--uses <count>', 'how many nodes of a pattern may join (at most 1000)')
    .option('--out <dir>', 'one file (0600) a ticket, and an index; nothing is overwritten')
    .option('--ttl <duration>', 'how long the ticket is good, 1m to 7d', '1h')
    .option(
      '--key-pin <sha256>',
      'bind it to the key with this pin, as node-join request prints it',
    )
    .option('--public-key <file>', 'bind it to this public key (PEM)')
    .option('--csr <file>', 'bind it to this very request (PEM)')
    .option('--cluster-admin', 'also give this master the cluster-admin kubeconfig')
    .option('--replace', 'let a new key take the place of the node’s identity')
    .addHelpText('after', CREATE_EXAMPLES)
    .action(async (_options, command: Command) => {
      const { runTicketCreate } = await import('../commands/ticket-create.ts')
      await runTicketCreate(context, command.optsWithGlobals())
    })
}

const CREATE_EXAMPLES = `
Examples:
  ca-server ticket create --node worker-1 --role worker --address 10.0.0.11 | ssh worker-1 node-join
  ca-server ticket create --nodes nodes.yaml --role worker --out tickets/
  ca-server ticket create --node 'worker-{01..40}' --role worker --uses 40 --ttl 2h
  ca-server ticket create --node worker-1 --role worker --csr worker-1.csr

A file of nodes:
  - name: worker-1
    addresses: [10.0.0.11]
  - name: worker-2
    hosts: [worker-2.example]
or
  name,role,addresses
  worker-1,worker,10.0.0.11`

const registerRevoke = (ticket: Command, context: CommandContext): void => {
  ticket
    .command('revoke')
    .description('make tickets worthless')
    .argument('[ids...]', 'the part of a ticket after "ec1."')
    .option('--node <name>', 'all that are for this node or pattern')
    .option('--all', 'all by which somebody could still join')
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server ticket revoke 7m4k2p9x3hw8\n  ca-server ticket revoke --all',
    )
    .action(async (ids: readonly string[], _options, command: Command) => {
      const { runTicketRevoke } = await import('../commands/ticket-revoke.ts')
      await runTicketRevoke(context, command.optsWithGlobals(), ids)
    })
}
