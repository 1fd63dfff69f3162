import { type Command, Option } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerCrl = (program: Command, context: CommandContext): void => {
  const crl = program.command('crl').description('the lists of revoked certificates')
  crl
    .command('show')
    .description('number, size and dates of each issuer’s CRL')
    .option('--issuer <id>', 'of this issuer alone')
    .addHelpText('after', '\nExample:\n  ca-server crl show')
    .action(async (_options, command: Command) => {
      const { runCrlShow } = await import('../commands/crl.ts')
      await runCrlShow(context, command.optsWithGlobals())
    })
  crl
    .command('export')
    .description('the CRL of one issuer')
    .option('--issuer <id>', 'of this issuer')
    .addOption(new Option('--format <format>', 'how').choices(['der', 'pem']).default('pem'))
    .option('--out <file>', 'write to a file of mode 0644 instead of standard output')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server crl export --issuer etcd-g1 --format der --out /etc/etcd/etcd-g1.crl',
    )
    .action(async (_options, command: Command) => {
      const { runCrlExport } = await import('../commands/crl.ts')
      await runCrlExport(context, command.optsWithGlobals())
    })
}
