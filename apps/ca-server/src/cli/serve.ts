import { type Command, Option } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { passphraseFile } from './options.ts'

export const registerServe = (program: Command, context: CommandContext): void => {
  const serve = program
    .command('serve', { isDefault: true })
    .description('run the CA until a signal ends it')
    .addOption(passphraseFile())
    .addOption(
      new Option('--log-level <level>', 'least severe line to log')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
  addLegacyFlags(serve)
  serve
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server serve --passphrase-file /etc/easycerts/ca-passphrase\n  ca-server serve --cfssl-config /etc/cfssl/config.json --cfssl-address 127.0.0.1',
    )
    .action(async (_options, command: Command) => {
      const { runServe } = await import('../commands/serve.ts')
      await runServe(context, command.optsWithGlobals())
    })
}

/** What `cfssl serve` calls the same without `cfssl-`; each goes before ca-server.yaml. */
const addLegacyFlags = (serve: Command): void => {
  serve
    .option('--cfssl-config <file>', "serve cfssl's API by this configuration of cfssl")
    .option('--cfssl-port <port>', 'port for it (default: that of ca-server.yaml, or 8888)')
    .option('--cfssl-address <address>', 'address for it')
    .option('--cfssl-tls-cert <file>', 'its certificate (default: one of the cluster)')
    .option('--cfssl-tls-key <file>', 'key of that certificate')
    .option('--cfssl-plain', 'plain HTTP, as cfssl serves without those two')
    .option('--cfssl-mutual-tls-ca <file>', 'CAs whose clients alone are heard')
    .option('--cfssl-mutual-tls-cn <regex>', 'what the common name of a client must match')
    .option('--cfssl-roots <file>', "multirootca's roots")
    .option('--cfssl-default-label <label>', 'what requests without a label mean')
    .option('--cfssl-open <switches>', 'what is insecure in cfssl and shall be open, with commas')
}
