import { FLAVOUR_NAMES } from '@easycerts/units/description'
import { type Command, Option } from 'commander'
import { DIFF_EXAMPLES, UNITS_EXAMPLES } from './examples.ts'
import type { UnitsHost } from './units-host.ts'

/** Gives a program the command `units`, the same in every program that has it. */
export const registerUnits = (program: Command, host: UnitsHost): void => {
  const units = addDestinations(addSources(program.command('units')))
    .description('the units and configuration of a node: print, compare, install, undo')
    .addHelpText('after', examples(UNITS_EXAMPLES, program))
    .action(async (_options, command: Command) => {
      const { runUnits } = await import('./run-units.ts')
      await runUnits(host, command.optsWithGlobals())
    })
  addSources(units.command('diff'))
    .description('what another release of Kubernetes changes in every file and flag, and why')
    .requiredOption('--from <release>', 'of Kubernetes, such as 1.23')
    .requiredOption('--to <release>', 'of Kubernetes, such as 1.24')
    .addHelpText('after', examples(DIFF_EXAMPLES, program))
    .action(async (_options, command: Command) => {
      const { runReleaseDiff } = await import('./release-diff.ts')
      await runReleaseDiff(host, command.optsWithGlobals())
    })
}

const examples = (text: string, program: Command): string =>
  text.replaceAll('PROGRAM', program.name())

const addSources = (command: Command): Command =>
  command
    .option('--cluster <file>', 'description of the cluster (YAML)')
    .option('--node <name>', 'a node of the description (default: all that it has)')
    .addOption(
      new Option('--flavour <name>', 'another one than the description’s').choices(FLAVOUR_NAMES),
    )
    .option('--kubernetes-version <release>', 'another one than the description’s')
    .option('--verbatim', 'the form of the flavour’s source, its defects named in comments')
    .option('--certmgr-timer', 'let a timer start certmgr now and then, instead of a daemon')

const addDestinations = (command: Command): Command =>
  command
    .option('--stdout', 'print all files (the default)')
    .option('--out <dir>', 'write them below a directory; of several nodes, each below its name')
    .option('--tar <file>', 'write them as a tar archive')
    .option('--diff', 'compare with what is installed; exit code 1 where it differs')
    .option('--install', 'put them in place, all or none, and enable the units')
    .option('--undo', 'put back what was there before the last installation')
    .option('--explain <flag>', 'what a flag is here for, since when, and who says so')
    .option('--root <dir>', 'of the machine that is compared or installed', '/')
    .option('--dry-run', 'change nothing, and tell what would change')
    .option('--force', 'overwrite files that somebody changed since they were installed')
