import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerCertificateRenew = (certificate: Command, context: CommandContext): void => {
  certificate
    .command('renew')
    .description('have nodes replace certificates before they would by themselves')
    .option('--all', 'every certificate of every node')
    .option('--node <name>', 'those of one node')
    .option('--profile <name>', 'those of one profile')
    .option('--issuer <id>', 'those of one issuer')
    .option('--serial <number>', 'the one with this serial number')
    .option('--by <duration>', 'time until the last of them is replaced')
    .option('--reason <text>', 'told to the nodes and kept in the log', 'ordered by an operator')
    .option('--status', 'how far the orders have come')
    .option('--cancel <order>', 'take an order back')
    .addHelpText(
      'after',
      `
Examples:
  ca-server certificate renew --all --by 2h --reason "key generator was weak"
  ca-server certificate renew --node worker-1 --profile kubelet-client --by 30m
  ca-server certificate renew --status`,
    )
    .action(async (_options, command: Command) => {
      const { runCertificateRenew } = await import('../commands/certificate-renew.ts')
      await runCertificateRenew(context, command.optsWithGlobals())
    })
}
