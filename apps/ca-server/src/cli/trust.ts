import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerTrust = (program: Command, context: CommandContext): void => {
  const trust = program
    .command('trust')
    .description('the signed document of what the cluster trusts, in versions')
  trust
    .command('show')
    .description('the newest version: every CA and key, what it is trusted for, and its state')
    .option('--number <version>', 'an earlier version')
    .addHelpText('after', '\nExample:\n  ca-server trust show --output json')
    .action(async (_options, command: Command) => {
      const { runTrustShow } = await import('../commands/trust-show.ts')
      await runTrustShow(context, command.optsWithGlobals())
    })
  trust
    .command('export')
    .description('the newest version as it was signed, as one line of JSON')
    .option('--all', 'all versions, oldest first, a line for each')
    .option('--out <file>', 'write it to a file')
    .option(
      '--parts <dir>',
      'the newest in parts that openssl reads: document, signed message, signature, key, certificate',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server trust export --all --out trust.jsonl\n  ca-server trust export --parts /tmp/trust',
    )
    .action(async (_options, command: Command) => {
      const { runTrustExport } = await import('../commands/trust-export.ts')
      await runTrustExport(context, command.optsWithGlobals())
    })
  trust
    .command('pin')
    .description(
      'what to compare with another host over the telephone: pins of the CA and its keys',
    )
    .addHelpText('after', '\nExample:\n  ca-server trust pin')
    .action(async (_options, command: Command) => {
      const { runTrustPin } = await import('../commands/trust-pin.ts')
      await runTrustPin(context, command.optsWithGlobals())
    })
}
