import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addList } from './list.ts'

export const registerIssuers = (program: Command, context: CommandContext): void => {
  const issuer = program.command('issuer').description('the CAs of the cluster')
  addList(issuer, context, { kind: 'issuers', description: 'all issuers' })
  issuer
    .command('csr')
    .description('the certificate requests of issuers that wait for a root elsewhere')
    .option('--issuer <id>', 'only this one')
    .option('--out <dir>', 'write them there, one file each, instead of printing them')
    .addHelpText('after', '\nExample:\n  ca-server issuer csr --out /media/usb')
    .action(async (_options, command: Command) => {
      const { runIssuerCsr } = await import('../commands/issuer-requests.ts')
      await runIssuerCsr(context, command.optsWithGlobals())
    })
  issuer
    .command('install')
    .description('give waiting issuers the certificates that the root signed; all given, or none')
    .argument('<files...>', 'PEM: certificates of issuers and everything above them, in any order')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server issuer install cluster-g1.crt etcd-g1.crt root.crt',
    )
    .action(async (files: string[], _options, command: Command) => {
      const { runIssuerInstall } = await import('../commands/issuer-requests.ts')
      await runIssuerInstall(context, command.optsWithGlobals(), files)
    })
}
