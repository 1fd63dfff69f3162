import { type Command, Option } from 'commander'
import { CERTIFICATE_STATES } from '../commands/certificate-states.ts'
import type { CommandContext } from '../commands/command-context.ts'
import { registerCertificateIssue, registerCertificateShow } from './certificate-issue.ts'
import { registerCertificateRenew } from './certificate-renew.ts'
import { registerCertificateRevoke } from './certificate-revoke.ts'
import { addList } from './list.ts'

const addCertificateFilters = (list: Command): Command =>
  list
    .option('--node <name>', 'of this node')
    .option('--profile <name>', 'of this profile')
    .option('--issuer <id>', 'by this issuer')
    .addOption(
      new Option('--state <state>', 'what has become of it').choices([...CERTIFICATE_STATES]),
    )
    .option('--subject <prefix>', 'whose subject begins so, such as CN=jane')
    .option('--serial <hex>', 'with this serial number')
    .option('--requester <who>', 'asked for by, such as "node worker-1" or "operator root"')
    .option('--expires-within <duration>', 'still valid, but not for longer; soonest first')
    .option('--issued-since <when>', 'not older than 2d, or than 2026-01-31')
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server certificate list --node worker-1 --state issued\n  ca-server certificate list --expires-within 7d --output json',
    )

export const registerCertificates = (program: Command, context: CommandContext): void => {
  const certificate = program.command('certificate').description('what was issued')
  addCertificateFilters(
    addList(certificate, context, {
      kind: 'certificates',
      description: 'certificates, newest first',
    }),
  )
  registerCertificateIssue(certificate, context)
  registerCertificateShow(certificate, context)
  registerCertificateRenew(certificate, context)
  registerCertificateRevoke(certificate, context)
}
