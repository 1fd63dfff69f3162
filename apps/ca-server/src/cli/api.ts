import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'

export const registerApi = (program: Command, context: CommandContext): void => {
  program
    .command('api')
    .description('print the HTTP contract as an OpenAPI 3.1 document')
    .addHelpText('after', '\nExample:\n  ca-server api > openapi.json')
    .action(async () => {
      const { runApi } = await import('../commands/api.ts')
      await runApi(context, program.version() ?? '')
    })
}
