import { KEY_ALGORITHMS } from '@easycerts/shared/key'
import { Command, Option } from 'commander'
import type { CommandContext } from './commands/command-context.ts'

const VERSION = '0.1.0'

/** The whole command line. The action loads its own code, so that --help stays fast. */
export const buildProgram = (context: CommandContext): Command => {
  const program = new Command('node-join')
    .description('Join this machine to a cluster, with the ticket on standard input')
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
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .exitOverride()
    // The terminal says it, with a hint.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', EXAMPLES)
    .action(async (_options, command: Command) => {
      const { runJoinCommand } = await import('./commands/join.ts')
      await runJoinCommand(context, command.opts())
    })
  program
    .command('units')
    .description('print the units and configuration that join installs, on a node that has joined')
    .action(async (_options, command: Command) => {
      const { runUnitsCommand } = await import('./commands/units.ts')
      await runUnitsCommand(context, command.optsWithGlobals())
    })
  return program
}

const EXAMPLES = `
Examples:
  node-join < ticket
  ssh ca ca-server ticket create --node worker-1 --role worker | node-join --node worker-1
  node-join --root /mnt/image < ticket
  node-join units | less

It can be run again at any time: what is there already stays as it is.
Exit codes follow sysexits(3): 64 usage, 65 bad ticket, 67 no such user, 70 bug, 73 files,
75 try again, 76 untrusted CA or wrong clock, 77 refused, 78 configuration.`
