import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { collect } from './options.ts'

export const registerKubeconfig = (program: Command, context: CommandContext): void => {
  program
    .command('kubeconfig')
    .description('export a kubeconfig for a person: short-lived, recorded in the log')
    .option('--user <name>', 'user name (CN)', 'kubernetes-admin')
    .option('--group <name>', 'group (O), repeatable (default: system:masters)', collect, [])
    .option('--ttl <duration>', 'how long it is good', '8h')
    .option('--out <file>', 'write to a file of mode 0600 instead of standard output')
    .option(
      '--files <dir>',
      'put key, certificate and CA into files of this directory and refer to them',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server kubeconfig --out admin.kubeconfig\n  ca-server kubeconfig --user jane --group developers --ttl 1h > jane.kubeconfig',
    )
    .action(async (_options, command: Command) => {
      const { runKubeconfig } = await import('../commands/kubeconfig.ts')
      await runKubeconfig(context, command.optsWithGlobals())
    })
}
