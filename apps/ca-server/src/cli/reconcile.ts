import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerReconcile = (program: Command, context: CommandContext): void => {
  const reconcile = program
    .command('reconcile')
    .description('after a restore: identities that were issued after the backup')
  reconcile
    .command('status')
    .description('what was adopted, and which nodes have not called yet')
    .addHelpText('after', '\nExample:\n  ca-server reconcile status')
    .action(async (_options, command: Command) => {
      const { runReconcileStatus } = await import('../commands/reconcile.ts')
      await runReconcileStatus(context, command.optsWithGlobals())
    })
  reconcile
    .command('end')
    .description('adopt no more')
    .addHelpText('after', '\nExample:\n  ca-server reconcile end')
    .action(async (_options, command: Command) => {
      const { runReconcileEnd } = await import('../commands/reconcile.ts')
      await runReconcileEnd(context, command.optsWithGlobals())
    })
}
