import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerCertificateRevoke = (certificate: Command, context: CommandContext): void => {
  certificate
    .command('revoke')
    .description('take certificates back for good, and say where access ends, and when')
    .argument('[serial]', 'serial number in hexadecimal, with or without colons')
    .option('--issuer <id>', 'of the serial number, where two issuers gave it')
    .option(
      '--node <name>',
      'all certificates of a node, its identity and its open tickets with them',
    )
    .option(
      '--identity <fingerprint>',
      'an identity, or a node for its current one, and all it asked for',
    )
    .option('--reason <reason>', 'one of RFC 5280', 'unspecified')
    .addHelpText(
      'after',
      `
Examples:
  ca-server certificate revoke 0198c0ffee --reason superseded
  ca-server certificate revoke --node worker-1 --reason keyCompromise

Reasons: unspecified, keyCompromise, cACompromise, affiliationChanged, superseded,
cessationOfOperation, privilegeWithdrawn, aACompromise.`,
    )
    .action(async (serial: string | undefined, _options, command: Command) => {
      const { runCertificateRevoke } = await import('../commands/certificate-revoke.ts')
      await runCertificateRevoke(context, command.optsWithGlobals(), serial)
    })
}
