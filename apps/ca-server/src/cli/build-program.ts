import { addDocumentation } from '@easycerts/adapters/command-line'
import { CA_PATHS } from '@easycerts/shared/layout'
import { Command, Option } from 'commander'
import type { CommandContext } from '../commands/command-context.ts'
import { registerBackup, registerRestore } from './backup.ts'
import { registerCheckExpiration } from './check-expiration.ts'
import { registerReconcile } from './reconcile.ts'
import { registerApi } from './api.ts'
import { registerCertificates } from './certificate.ts'
import { registerConfig } from './config.ts'
import { registerClock } from './clock.ts'
import { registerCrl } from './crl.ts'
import { registerClusterImports } from './import-cluster.ts'
import { registerImportCfssl } from './import-cfssl.ts'
import { registerInit } from './init.ts'
import { registerIssuers } from './issuer.ts'
import { registerKeys } from './keys.ts'
import { registerKubeconfig } from './kubeconfig.ts'
import { registerLeases } from './lease.ts'
import { registerLegacy } from './legacy.ts'
import { registerLog } from './log.ts'
import { registerNodes } from './node.ts'
import { registerServe } from './serve.ts'
import { registerStatus } from './status.ts'
import { registerTickets } from './ticket.ts'
import { registerTrust } from './trust.ts'
import { registerNodeUnits } from './units.ts'

const VERSION = '0.1.0'

/** The whole command line. Each action loads its own code, so that --help stays fast. */
export const buildProgram = (context: CommandContext): Command => {
  const program = new Command('ca-server')
    .description('The certificate authority of a Kubernetes cluster')
    .version(VERSION)
    .option(
      '--data-directory <dir>',
      'where the CA keeps its keys and records',
      CA_PATHS.dataDirectory,
    )
    .option('--server <url>', 'work on a ca-server of another host, with an operator certificate')
    .option('--identity-file <file>', 'for --server: key, certificate and CA in one PEM file')
    .addOption(
      new Option('--output <format>', 'how results are printed')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .showSuggestionAfterError()
    .exitOverride()
    // The terminal says it, with a hint.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', EXAMPLES)
  registerInit(program, context)
  registerClusterImports(program, context)
  registerImportCfssl(program, context)
  registerServe(program, context)
  registerStatus(program, context)
  registerApi(program, context)
  registerTickets(program, context)
  registerKubeconfig(program, context)
  registerNodes(program, context)
  registerCertificates(program, context)
  registerCrl(program, context)
  registerIssuers(program, context)
  registerKeys(program, context)
  registerBackup(program, context)
  registerRestore(program, context)
  registerReconcile(program, context)
  registerCheckExpiration(program, context)
  registerLeases(program, context)
  registerLegacy(program, context)
  registerLog(program, context)
  registerTrust(program, context)
  registerClock(program, context)
  registerConfig(program, context)
  registerNodeUnits(program, context)
  addDocumentation(program, context.terminal)
  return program
}

const EXAMPLES = `
Examples:
  ca-server init --name prod --address 10.0.0.1 --address ca.prod.example
  ca-server serve
  ca-server ticket create --node worker-1 --role worker --address 10.0.0.11
  ca-server kubeconfig > admin.kubeconfig

Exit codes follow sysexits(3): 64 usage, 65 bad input, 69 unavailable, 70 bug, 73 and 74 files,
75 try again, 76 untrusted peer, 77 refused, 78 configuration.`
