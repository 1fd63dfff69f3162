import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

const FILE = ['--file <file>', 'another file than ca-server.yaml of the data directory'] as const

export const registerConfig = (program: Command, context: CommandContext): void => {
  const config = program.command('config').description('the configuration file and its profiles')
  config
    .command('check')
    .description('every fault of the file, and what a reload would change')
    .option(...FILE)
    .addHelpText('after', '\nExample:\n  ca-server config check --file new.yaml')
    .action(async (_options, command: Command) => {
      const { runConfigCheck } = await import('../commands/config.ts')
      await runConfigCheck(context, command.optsWithGlobals())
    })
  config
    .command('print')
    .description('the settings in force, with all defaults and every profile')
    .option(...FILE)
    .addHelpText('after', '\nExample:\n  ca-server --output json config print')
    .action(async (_options, command: Command) => {
      const { runConfigPrint } = await import('../commands/config.ts')
      await runConfigPrint(context, command.optsWithGlobals())
    })
  config
    .command('reload')
    .description('let the running server read its file again, as SIGHUP does')
    .addHelpText('after', '\nExample:\n  ca-server config check && ca-server config reload')
    .action(async (_options, command: Command) => {
      const { runConfigReload } = await import('../commands/config.ts')
      await runConfigReload(context, command.optsWithGlobals())
    })
}
