import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'
import { collect } from './options.ts'

export const registerLog = (program: Command, context: CommandContext): void => {
  const log = program.command('log').description('what happened, in a log that can only grow')
  registerShow(log, context)
  registerVerify(log, context)
  registerHead(log, context)
  registerExport(log, context)
}

const registerShow = (log: Command, context: CommandContext): void => {
  addList(log, context, { name: 'show', kind: 'log', description: 'log entries, newest first' })
    .option('--kind <kind>', 'of this kind, such as ticket-created')
    .option('--actor <who>', 'done by, such as "node worker-1" or "operator root"')
    .option('--node <name>', 'about this node')
    .option('--serial <hex>', 'about the certificate with this serial number')
    .option('--since <when>', 'not older than 2d, or than 2026-01-31')
    .option('--until <when>', 'older than 2d, or than 2026-01-31')
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server log show --limit 20\n  ca-server log show --node worker-1 --since 2d --output json',
    )
}

const registerVerify = (log: Command, context: CommandContext): void => {
  log
    .command('verify')
    .description('rebuild the records from the log and name what differs; needs no server')
    .option('--database <file>', 'a database (default: that of the data directory)')
    .option('--export <file>', 'an export instead, which holds the log alone')
    .option(
      '--head <file>',
      'an earlier head that the log must go on from (repeatable)',
      collect,
      [],
    )
    .option('--signatures', "verify the issuer's signature of every certificate too")
    .option('--show <count>', 'how many differences to name', '20')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server log verify --head /media/usb/head-2026-01.txt\n\nExit code 65 if anything differs.',
    )
    .action(async (_options, command: Command) => {
      const { runLogVerify } = await import('../commands/log-verify.ts')
      await runLogVerify(context, command.optsWithGlobals())
    })
}

const registerHead = (log: Command, context: CommandContext): void => {
  log
    .command('head')
    .description('the signed head of the log, to be kept elsewhere')
    .option('--out <file>', 'write it to a file')
    .addHelpText('after', '\nExample:\n  ca-server log head --out head-2026-01.txt')
    .action(async (_options, command: Command) => {
      const { runLogHead } = await import('../commands/log-head.ts')
      await runLogHead(context, command.optsWithGlobals())
    })
}

const registerExport = (log: Command, context: CommandContext): void => {
  log
    .command('export')
    .description('the whole log with its head, a line for each entry')
    .requiredOption('--out <file>', 'where to write it')
    .addHelpText('after', '\nExample:\n  ca-server log export --out log.jsonl')
    .action(async (_options, command: Command) => {
      const { runLogExport } = await import('../commands/log-export.ts')
      await runLogExport(context, command.optsWithGlobals())
    })
}
