import { type Command, Option } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { collect, passphraseFile } from './options.ts'

export const registerInit = (program: Command, context: CommandContext): void => {
  const init = program
    .command('init')
    .description('make a new CA: four issuers, a database, a configuration file')
  addNewCaOptions(init)
  addIssuerOptions(init)
  init
    .addHelpText(
      'after',
      '\nExample:\n  ca-server init --name prod --address 10.0.0.1 --passphrase-file /etc/easycerts/ca-passphrase',
    )
    .action(async (_options, command: Command) => {
      const { runInit } = await import('../commands/init.ts')
      await runInit(context, command.optsWithGlobals())
    })
}

/** What describes a new CA, whoever its issuers are. */
export const addNewCaOptions = (command: Command): void => {
  command
    .requiredOption('--name <name>', 'name of the cluster')
    .option(
      '--address <host>',
      'name or address under which nodes reach this server (repeatable; default: all of this machine)',
      collect,
      [],
    )
    .option('--listen <address>', 'address to listen on', '0.0.0.0')
    .option('--join-port <port>', 'port for machines that join', '7443')
    .option('--node-port <port>', 'port for nodes with an identity', '7444')
    .option('--public-port <port>', 'port for CRLs and OCSP, plain HTTP; 0: none', '7480')
    .option('--apiserver <url>', 'URL of kube-apiserver (default: port 6443 of the first address)')
    .option('--domain <name>', 'DNS domain of services', 'cluster.local')
    .option('--service-cidr <range>', 'addresses of services', '10.96.0.0/12')
    .option('--pod-cidr <range>', 'addresses of pods', '10.244.0.0/16')
    .option(
      '--kubernetes-version <version>',
      'decides what a component needs after a renewal',
      '1.36',
    )
    .option('--description <file>', 'of every node, for those who join; must agree with the rest')
    .option('--key-algorithm <name>', 'of the issuers', 'ecdsa-p256')
    .option('--issuer-life <duration>', 'of the issuers', '3650d')
    .option('--certificate-life <duration>', 'of all other certificates', '720h')
    .option(
      '--backup-recipient <line>',
      'who can open backups: the line that "backup keygen" or age-keygen printed (repeatable)',
      collect,
      [],
    )
    .option('--backup-recipient-file <file>', 'file with such lines')
    .addOption(passphraseFile())
    .option('--insecure-plaintext-keys', 'keep the private keys unencrypted')
}

/** Where issuers and their keys come from, if not from here and now. */
const addIssuerOptions = (init: Command): void => {
  init
    .addOption(
      new Option('--root <kind>', 'who signs the issuers: none, each is its own root')
        .choices(['none', 'external', 'internal'])
        .default('none'),
    )
    .option('--root-key-out <file>', 'where --root internal leaves the key of the root')
    .option('--root-passphrase-file <file>', 'passphrase for that file')
    .option(
      '--import-issuer <purpose=cert,key>',
      'take over a CA for cluster, etcd or front-proxy (repeatable)',
      collect,
      [],
    )
    .option('--import-passphrase-file <file>', 'opens the imported keys')
    .option('--pkcs11-module <path>', 'keep the keys of issuers in a PKCS#11 token')
    .option('--pkcs11-token <label>', 'label of the token')
    .option('--pkcs11-pin-file <file>', 'its PIN (default: systemd credential, or a prompt)')
}
