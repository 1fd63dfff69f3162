import { addDocumentation } from '@easycerts/adapters/command-line'
import { LOG_LEVELS } from '@easycerts/adapters/log'
import type { Terminal } from '@easycerts/adapters/terminal'
import { Command, Option } from 'commander'
import type { CommandContext, GlobalOptions } from './commands/command-context.ts'
import { addOldSpellings } from './old-spellings.ts'
import { VERSION } from './version.ts'

/** What a command does; its exit code. Loaded when it is needed, so that --help stays fast. */
type Implementation = (
  context: CommandContext,
  options: GlobalOptions,
  names: readonly string[],
) => Promise<number>

const COMMANDS: Readonly<Record<string, () => Promise<Implementation>>> = {
  run: async () => (await import('./commands/run.ts')).runDaemon,
  ensure: async () => (await import('./commands/ensure.ts')).runEnsure,
  status: async () => {
    const { runStatus } = await import('./commands/status.ts')
    return (context, options) => runStatus(context, options)
  },
  check: async () => (await import('./commands/check.ts')).runCheck,
  renew: async () => (await import('./commands/renew.ts')).runRenew,
  clean: async () => (await import('./commands/clean.ts')).runClean,
  genconfig: async () => (await import('./commands/genconfig.ts')).runGenconfig,
}

/** The whole command line. `onExitCode` hears what the command that ran ended with. */
export const buildProgram = (
  context: CommandContext,
  onExitCode: (code: number) => void,
): Command => {
  const program = new Command('certmgr')
    .description('Keep the certificates of this node true: renew, publish, restart')
    .version(VERSION)
    .option(
      '-f, --config <file>',
      'configuration, below the root (default: /etc/easycerts/certmgr.yaml)',
    )
    .option('--root <dir>', 'another root for every path of configuration and specs', '/')
    .addOption(
      new Option('--output <format>', 'how results are printed')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .addOption(
      new Option('--log <format>', 'lines of the log').choices(['text', 'json']).default('text'),
    )
    .addOption(
      new Option('--log-level <level>', 'from which on lines are written')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .showSuggestionAfterError()
    .exitOverride()
    // The terminal says it, with a hint.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', EXAMPLES)
  addOldSpellings(program)
  const add = (name: string, description: string, examples: readonly string[], isDefault = false) =>
    program
      .command(name.split(' ')[0] ?? name, { isDefault })
      .description(description)
      .allowExcessArguments(false)
      .copyInheritedSettings(program)
      .addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)
      .action(async (...words: unknown[]) => {
        const command = words.at(-1) as Command
        const run = await COMMANDS[command.name()]?.()
        const names = Array.isArray(words[0]) ? (words[0] as string[]) : []
        if (run) onExitCode(await run(context, command.optsWithGlobals(), names))
      })
  addCommands(add, context.terminal)
  addDocumentation(program, context.terminal)
  return program
}

type Add = (
  name: string,
  description: string,
  examples: readonly string[],
  isDefault?: boolean,
) => Command

const addCommands = (add: Add, terminal: Terminal): void => {
  add(
    'run',
    'renew certificates before they end, for ever (the default)',
    ['certmgr', 'certmgr run --log json', 'certmgr run -f /etc/certmgr/certmgr.yaml'],
    true,
  ).option('--requireSpecs', 'end at once if there is no spec')
  add('ensure', 'make one pass, and end with 0 if everything is true', [
    'certmgr ensure && systemctl start kubelet',
  ])
    .option('--forceRegen', 'renew every certificate')
    .option('--enableActions', 'run actions for specs of the old certmgr too')
    .addOption(new Option('-0, --allowZeroSpecs', 'always so here').hideHelp())
  add('status', 'show each certificate; ends with 75 if one is expired or failing', [
    'certmgr status',
    'certmgr status --output json | jq .certificates',
  ])
  add('check', 'find every fault of configuration and specs', ['certmgr check'])
  add('renew', 'renew now: all certificates, or those named', [
    'certmgr renew',
    'certmgr renew kubelet-serving',
  ])
    .argument('[name...]', 'names of specs')
    .addOption(new Option('--now', 'always so here').hideHelp())
  add('clean', 'remove the files of all specs, or of those named', [
    'certmgr clean',
    'certmgr clean kubelet-serving --yes',
  ])
    .argument('[name...]', 'names of specs')
    .option('--yes', 'remove them; without it, only tell')
  add('genconfig', 'write a configuration with every default in a comment', [
    'certmgr genconfig',
  ]).option('--force', 'replace one that is there')
  add('version', 'show the version', ['certmgr version']).action(() =>
    terminal.result({ version: VERSION }, () => VERSION),
  )
}

const EXAMPLES = `
Examples:
  certmgr status
  certmgr ensure --root /mnt/image
  certmgr renew kubelet-client

Signals of the daemon: SIGHUP reads configuration and specs again, SIGUSR1 looks now.
Below another root, actions run only if the configuration names a systemctl of its own.
Exit codes follow sysexits(3): 64 usage, 65 another certmgr runs, 70 bug, 73 files,
75 something fails, 76 untrusted CA, 77 refused, 78 configuration, or not joined.`
