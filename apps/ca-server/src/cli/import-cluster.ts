import type { Command } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { collect, passphraseFile } from './options.ts'

/** Imports that take over a running cluster, each with its way back. */
export const registerClusterImports = (program: Command, context: CommandContext): void => {
  const parent =
    program.commands.find((each) => each.name() === 'import') ??
    program.command('import').description('take over what other programs certified')
  const easycerts = parent
    .command('easycerts')
    .description('take over the CA, the port and the nodes of an easyCerts cluster, on its master')
  addClusterOptions(easycerts, { serviceCidr: '10.0.0.0/24', podCidr: '10.1.0.0/16' })
  easycerts
    .option(
      '--ca-cert-path-prefix <path>',
      'services.kubernetes.pki.caCertPathPrefix (default: /var/lib/cfssl/ca)',
    )
    .option('--tls-cert <file>', 'certificate of cfssl’s API (default: /var/lib/cfssl/cfssl.pem)')
    .option('--tls-key <file>', 'its key (default: /var/lib/cfssl/cfssl-key.pem)')
    .option('--signing-config <file>', 'cfssl’s configuration (default: as cfssl.service says)')
    .option('--certmgr-config <file>', 'certmgr’s configuration (default: as certmgr.service says)')
    .option(
      '--kubeconfig <file>',
      'of cluster-admin (default: /etc/kubernetes/cluster-admin.kubeconfig)',
    )
    .option('--port <number>', 'where cfssl listens (default: as cfssl.service says, or 8888)')
    .option(
      '--master-days <number>',
      'how long this master’s own certmgr may go on as it does; 0: it joins at once',
      '30',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server import easycerts --dry-run\n  ca-server import easycerts --name prod\n  ca-server import easycerts --undo',
    )
    .action(async (_options, command: Command) => {
      const { runImportEasyCerts } = await import('../commands/import-easycerts.ts')
      await runImportEasyCerts(context, command.optsWithGlobals())
    })
  registerKubeadm(parent, context)
}

const registerKubeadm = (parent: Command, context: CommandContext): void => {
  const kubeadm = parent
    .command('kubeadm')
    .description('take over the CAs of a cluster that kubeadm made, on one of its masters')
  addClusterOptions(kubeadm, { serviceCidr: '10.96.0.0/12', podCidr: '10.244.0.0/16' })
  kubeadm
    .option('--pki <dir>', 'kubeadm’s certificatesDir', '/etc/kubernetes/pki')
    .addHelpText(
      'after',
      '\nExamples:\n  ca-server import kubeadm --dry-run\n  ca-server import kubeadm --undo',
    )
    .action(async (_options, command: Command) => {
      const { runImportKubeadm } = await import('../commands/import-kubeadm.ts')
      await runImportKubeadm(context, command.optsWithGlobals())
    })
}

/** What is asked of every cluster. */
const addClusterOptions = (
  command: Command,
  ranges: { readonly serviceCidr: string; readonly podCidr: string },
): void => {
  command
    .option('--dry-run', 'say what would be done, and why')
    .option('--undo', 'put everything back as it was before the import')
    .option('--root <dir>', 'look at a system below this directory', '/')
    .option('--systemctl <program>', 'in place of systemctl')
    .option('--name <name>', 'name of the cluster', 'kubernetes')
    .option('--domain <name>', 'DNS domain of services', 'cluster.local')
    .option('--service-cidr <range>', 'addresses of services', ranges.serviceCidr)
    .option('--pod-cidr <range>', 'addresses of pods', ranges.podCidr)
    .option(
      '--kubernetes-version <version>',
      'decides what a component needs after a renewal',
      '1.36',
    )
    .option('--description <file>', 'of every node, for those who join')
    .option('--address <host>', 'one more name or address of this server (repeatable)', collect, [])
    .option('--join-port <port>', 'port for machines that join', '7443')
    .option('--node-port <port>', 'port for nodes with an identity', '7444')
    .option('--public-port <port>', 'port for CRLs and OCSP, plain HTTP; 0: none', '7480')
    .addOption(passphraseFile())
    .option('--insecure-plaintext-keys', 'keep the private keys unencrypted')
}
