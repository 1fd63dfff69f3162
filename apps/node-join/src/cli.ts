import { addDocumentation } from '@easycerts/adapters/command-line'
import { registerUnits } from '@easycerts/adapters/units-command'
import { LAYOUT_NAMES } from '@easycerts/shared/cluster'
import { KEY_ALGORITHMS } from '@easycerts/shared/key'
import { Command, Option } from 'commander'
import {
  JOIN_EXAMPLES,
  PLAN_EXAMPLES,
  REQUEST_EXAMPLES,
  RESET_EXAMPLES,
  STATUS_EXAMPLES,
} from './cli-examples.ts'
import type { CommandContext } from './commands/command-context.ts'
import { ownStack } from './commands/own-stack.ts'

const VERSION = '0.1.0'

/** The whole command line. The action loads its own code, so that --help stays fast. */
export const buildProgram = (context: CommandContext): Command => {
  const program = new Command('node-join')
    .description('Join this machine to a cluster, with the ticket or token on standard input')
    .version(VERSION)
    .option('--node <name>', 'refuse a ticket that is for another node')
    .option('--root <dir>', 'put everything below another root, and start nothing', '/')
    .option('--timeout <duration>', 'give up after so long, whatever it waits for', '2m')
    .option('--rejoin', 'let a new ticket take the place of this node’s identity')
    .option('--no-units', 'write no systemd units')
    .option('--no-start', 'start and restart nothing')
    .option(
      '--program-directory <dir>',
      'where certmgr and ca-server are, for their units',
      '/usr/local/bin',
    )
    .option('--certmgr-timer', 'let a timer start certmgr now and then, instead of a daemon')
    .addOption(
      new Option('--key-algorithm <name>', 'of the keys that are made')
        .choices(KEY_ALGORITHMS)
        .default('ecdsa-p256'),
    )
    .addOption(
      new Option('--output <format>', 'how the result is printed')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--ca-server <url>', 'with a token: the CA, where no spec says it')
    .option('--ca-file <file>', 'with a token: the CA that its server is known by')
    .option('--ca-pin <pin>', 'with a token: sha256:… of the public key of the CA')
    .option('--insecure-trust-on-first-use', 'with a token: believe whoever answers for the CA')
    .option('--certmgr-config <file>', 'of the old certmgr, if it is not found by its unit')
    .addOption(
      new Option('--layout <name>', 'where the files stand that an old certmgr keeps').choices(
        LAYOUT_NAMES,
      ),
    )
    .option('--no-adopt', 'leave an old certmgr and what it keeps alone')
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .exitOverride()
    // The terminal says it, with a hint.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', JOIN_EXAMPLES)
    .action(async (_options, command: Command) => {
      const { runJoinCommand } = await import('./commands/join.ts')
      await runJoinCommand(context, command.opts())
    })
  addRequestAndReset(program, context)
  addViews(program, context)
  addDocumentation(program, context.terminal)
  return program
}

const addRequestAndReset = (program: Command, context: CommandContext): void => {
  program
    .command('request')
    .description('make the key of this node before there is a ticket, and print its request')
    .addHelpText('after', REQUEST_EXAMPLES)
    .action(async (_options, command: Command) => {
      const { runRequestCommand } = await import('./commands/request.ts')
      await runRequestCommand(context, command.optsWithGlobals())
    })
  program
    .command('reset')
    .description('undo the join: stop its services, remove its certificates, units and identity')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'only show what would go and what would stay')
    .option('--force', 'remove files too that somebody changed after the join')
    .option('--keep-units', 'leave units and configuration of components')
    .option('--etcd-data', 'remove the data of etcd: perhaps the only copy of the cluster’s state')
    .option('--service-account-key', 'remove the key that signs service-account tokens')
    .addHelpText('after', RESET_EXAMPLES)
    .action(async (_options, command: Command) => {
      const { runResetCommand } = await import('./commands/reset.ts')
      await runResetCommand(context, command.optsWithGlobals())
    })
}

/** The commands that change nothing. */
const addViews = (program: Command, context: CommandContext): void => {
  program
    .command('plan')
    .description('show what the ticket on standard input would give and change; it is not used')
    .addHelpText('after', PLAN_EXAMPLES)
    .action(async (_options, command: Command) => {
      const { runPlanCommand } = await import('./commands/plan.ts')
      await runPlanCommand(context, command.optsWithGlobals())
    })
  program
    .command('status')
    .description('what this node holds and what is wrong with it; the CA is not asked')
    .addHelpText('after', STATUS_EXAMPLES)
    .action(async (_options, command: Command) => {
      const { runStatusCommand } = await import('./commands/status.ts')
      await runStatusCommand(context, command.optsWithGlobals())
    })
  registerUnits(program, {
    terminal: context.terminal,
    clock: context.clock,
    uid: context.uid,
    ownStack: (options) => ownStack(context, options),
  })
}
