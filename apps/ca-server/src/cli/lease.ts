import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerLeases = (program: Command, context: CommandContext): void => {
  const lease = program.command('lease').description('who may restart a component now')
  lease
    .command('list')
    .description('leases that are held')
    .addHelpText('after', '\nExample:\n  ca-server lease list --output json')
    .action(async (_options, command: Command) => {
      const { runLeaseList } = await import('../commands/lease.ts')
      await runLeaseList(context, command.optsWithGlobals())
    })
  lease
    .command('break')
    .description('end a lease whose holder will not end it')
    .argument('<component>', 'such as etcd')
    .argument('<node>', 'the holder')
    .requiredOption('--reason <text>', 'kept in the log')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server lease break etcd master-2 --reason "the machine is gone"\n\nA lease ends by itself; break one only if you know that its node restarts nothing now.',
    )
    .action(async (component: string, node: string, _options, command: Command) => {
      const { runLeaseBreak } = await import('../commands/lease.ts')
      await runLeaseBreak(context, command.optsWithGlobals(), { component, node })
    })
}
