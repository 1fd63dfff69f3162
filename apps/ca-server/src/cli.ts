import { CA_PATHS } from '@easycerts/shared/layout'
import { Command, Option } from 'commander'
import type { CommandContext } from './commands/command-context.ts'

const VERSION = '0.1.0'

const collect = (value: string, previous: string[]): string[] => [...previous, value]

const passphraseFile = () =>
  new Option('--passphrase-file <file>', 'file whose first line opens the keys')

/** The whole command line. Each action loads its own code, so that --help stays fast. */
export const buildProgram = (context: CommandContext): Command => {
  const program = new Command('ca-server')
    .description('The certificate authority of a Kubernetes cluster')
    .version(VERSION)
    .option(
      '--data-directory <dir>',
      'where the CA keeps its keys and records',
      CA_PATHS.dataDirectory,
    )
    .addOption(
      new Option('--output <format>', 'how results are printed')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .showSuggestionAfterError()
    .exitOverride()
    // The terminal says it, with a hint.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', EXAMPLES)
  registerInit(program, context)
  registerServe(program, context)
  registerTickets(program, context)
  registerKubeconfig(program, context)
  registerLists(program, context)
  return program
}

const EXAMPLES = `
Examples:
  ca-server init --name prod --address 10.0.0.1 --address ca.prod.example
  ca-server serve
  ca-server ticket create --node worker-1 --role worker --address 10.0.0.11
  ca-server kubeconfig > admin.kubeconfig

Exit codes follow sysexits(3): 64 usage, 65 bad input, 69 unavailable, 70 bug, 73 and 74 files,
75 try again, 76 untrusted peer, 77 refused, 78 configuration.`

const registerInit = (program: Command, context: CommandContext): void => {
  program
    .command('init')
    .description('make a new CA: four issuers, a database, a configuration file')
    .requiredOption('--name <name>', 'name of the cluster')
    .option(
      '--address <host>',
      'name or address under which nodes reach this server (repeatable; default: all of this machine)',
      collect,
      [],
    )
    .option('--listen <address>', 'address to listen on', '0.0.0.0')
    .option('--join-port <port>', 'port for machines that join', '7443')
    .option('--node-port <port>', 'port for nodes with an identity', '7444')
    .option('--apiserver <url>', 'URL of kube-apiserver (default: port 6443 of the first address)')
    .option('--domain <name>', 'DNS domain of services', 'cluster.local')
    .option('--service-cidr <range>', 'addresses of services', '10.96.0.0/12')
    .option('--pod-cidr <range>', 'addresses of pods', '10.244.0.0/16')
    .option(
      '--kubernetes-version <version>',
      'decides what a component needs after a renewal',
      '1.36',
    )
    .option('--key-algorithm <name>', 'of the issuers', 'ecdsa-p256')
    .option('--issuer-life <duration>', 'of the issuers', '3650d')
    .option('--certificate-life <duration>', 'of all other certificates', '720h')
    .addOption(passphraseFile())
    .option('--insecure-plaintext-keys', 'keep the private keys unencrypted')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server init --name prod --address 10.0.0.1 --passphrase-file /etc/easycerts/ca-passphrase',
    )
    .action(async (_options, command: Command) => {
      const { runInit } = await import('./commands/init.ts')
      await runInit(context, command.optsWithGlobals())
    })
}

const registerServe = (program: Command, context: CommandContext): void => {
  program
    .command('serve', { isDefault: true })
    .description('run the CA until a signal ends it')
    .addOption(passphraseFile())
    .addOption(
      new Option('--log-level <level>', 'least severe line to log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  ca-server serve --passphrase-file /etc/easycerts/ca-passphrase',
    )
    .action(async (_options, command: Command) => {
      const { runServe } = await import('./commands/serve.ts')
      await runServe(context, command.optsWithGlobals())
    })
}

const registerTickets = (program: Command, context: CommandContext): void => {
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
      const { runTicketCreate } = await import('./commands/ticket.ts')
      await runTicketCreate(context, command.optsWithGlobals())
    })
  ticket
    .command('list')
    .description('all tickets, newest first')
    .action(async (_options, command: Command) => {
      const { runTicketList } = await import('./commands/ticket.ts')
      await runTicketList(context, command.optsWithGlobals())
    })
  ticket
    .command('revoke')
    .description('make a ticket worthless')
    .argument('<id>', 'the part of the ticket after "ec1."')
    .action(async (id: string, _options, command: Command) => {
      const { runTicketRevoke } = await import('./commands/ticket.ts')
      await runTicketRevoke(context, command.optsWithGlobals(), id)
    })
}

const registerKubeconfig = (program: Command, context: CommandContext): void => {
  program
    .command('kubeconfig')
    .description('export a kubeconfig for a person: short-lived, recorded in the log')
    .option('--user <name>', 'user name (CN)', 'kubernetes-admin')
    .option('--group <name>', 'group (O), repeatable (default: system:masters)', collect, [])
    .option('--ttl <duration>', 'how long it is good', '8h')
    .option('--out <file>', 'write to a file of mode 0600 instead of standard output')
    .option(
      '--files <dir>',
      'put key, certificate and CA into files of this directory and refer to them',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server kubeconfig --out admin.kubeconfig\n  ca-server kubeconfig --user jane --group developers --ttl 1h > jane.kubeconfig',
    )
    .action(async (_options, command: Command) => {
      const { runKubeconfig } = await import('./commands/kubeconfig.ts')
      await runKubeconfig(context, command.optsWithGlobals())
    })
}

const registerLists = (program: Command, context: CommandContext): void => {
  const list = (
    parent: Command,
    name: string,
    kind: 'nodes' | 'certificates' | 'issuers' | 'log',
    description: string,
  ) =>
    parent
      .command(name)
      .description(description)
      .option('--limit <count>', 'at most so many', '1000')
      .action(async (_options, command: Command) => {
        const { runList } = await import('./commands/list.ts')
        await runList(context, command.optsWithGlobals(), kind)
      })
  list(program.command('node').description('the nodes that joined'), 'list', 'nodes', 'all nodes')
  list(
    program.command('certificate').description('what was issued'),
    'list',
    'certificates',
    'certificates, newest first',
  )
  list(
    program.command('issuer').description('the CAs of the cluster'),
    'list',
    'issuers',
    'all issuers',
  )
  list(
    program.command('log').description('what happened'),
    'show',
    'log',
    'log entries, newest first',
  )
}
