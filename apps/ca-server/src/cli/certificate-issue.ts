import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { collect } from './options.ts'

export const registerCertificateIssue = (certificate: Command, context: CommandContext): void => {
  certificate
    .command('issue')
    .description('issue a certificate by hand, from a request or with a new key')
    .requiredOption('--profile <name>', 'what is certified')
    .option('--node <name>', 'the node it is for, as the records have it')
    .option('--csr <file>', 'certificate request (PEM)')
    .option('--new-key', 'make a key, which never leaves this machine')
    .option('--key-algorithm <name>', 'of the new key', 'ecdsa-p256')
    .option('--out <dir>', 'where key, certificate and CA are written, all or none')
    .option('--user <name>', 'user name (CN), for profiles of persons')
    .option('--group <name>', 'group (O) of the user, repeatable', collect, [])
    .option('--ttl <duration>', 'how long it is good (default: the life of the profile)')
    .addHelpText(
      'after',
      `
Examples:
  ca-server certificate issue --profile kubelet-serving --node worker-1 --new-key --out ./worker-1
  ca-server certificate issue --profile admin --user jane --group developers --csr jane.csr > jane.crt`,
    )
    .action(async (_options, command: Command) => {
      const { runCertificateIssue } = await import('../commands/certificate-issue.ts')
      await runCertificateIssue(context, command.optsWithGlobals())
    })
}

export const registerCertificateShow = (certificate: Command, context: CommandContext): void => {
  certificate
    .command('show')
    .description('all that is recorded of one certificate')
    .argument('<certificate>', 'its serial number, its SHA-256 fingerprint, or a PEM file')
    .option('--issuer <id>', 'where two issuers have used the same serial number')
    .option('--pem', 'print the certificate itself')
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server certificate show /etc/kubernetes/pki/apiserver.crt\n  ca-server certificate show 01019a2b3c4d5e6f --pem',
    )
    .action(async (wanted: string, _options, command: Command) => {
      const { runCertificateShow } = await import('../commands/certificate-show.ts')
      await runCertificateShow(context, command.optsWithGlobals(), wanted)
    })
}
