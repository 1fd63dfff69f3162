import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { addNewCaOptions } from './init.ts'
import { collect } from './options.ts'

export const registerImportCfssl = (program: Command, context: CommandContext): void => {
  const parent =
    program.commands.find((each) => each.name() === 'import') ??
    program.command('import').description('take over what other programs certified')
  const cfssl = parent
    .command('cfssl')
    .description('make a CA of the CA, the profiles, the keys and the records of cfssl')
    .requiredOption('--config <file>', 'configuration of cfssl (its -config)')
    .requiredOption('--ca <file>', 'certificate of its CA (-ca)')
    .requiredOption('--ca-key <file>', 'key of its CA (-ca-key)')
    .option('--db <file>', 'its certdb, of the driver sqlite3')
    .option('--roots <file>', 'roots of multirootca; other CAs than --ca need --import-issuer')
    .option('--cfssl-port <port>', 'where the API of cfssl is to be; 0: nowhere', '8888')
    .option('--cfssl-address <address>', 'address for it (default: that of --listen)')
    .option('--cfssl-tls-cert <file>', 'its certificate (default: one of the new CA)')
    .option('--cfssl-tls-key <file>', 'key of that certificate')
    .option('--dry-run', 'read and check everything, and tell what would become of it')
  addNewCaOptions(cfssl)
  cfssl
    .option(
      '--import-issuer <purpose=cert,key>',
      'take over a CA for etcd or front-proxy too (repeatable)',
      collect,
      [],
    )
    .option('--import-passphrase-file <file>', 'opens the imported keys')
    .addHelpText(
      'after',
      '\nExample:\n  ca-server import cfssl --name prod --config cfssl.json --ca ca.pem --ca-key ca-key.pem --dry-run',
    )
    .action(async (_options, command: Command) => {
      const { runImportCfssl } = await import('../commands/import-cfssl.ts')
      await runImportCfssl(context, { ...command.optsWithGlobals(), root: 'none' })
    })
}
