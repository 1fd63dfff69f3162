import { EasycertsError } from '@easycerts/shared/errors'
import { parseDuration } from '@easycerts/shared/time'
import { type Joined, loadRemoval, type ResetChoices, surveyReset } from '../reset/index.ts'
import { findJoined, type ResetReport, runReset } from '../run-reset.ts'
import type { CommandContext } from './command-context.ts'
import { type JoinOptions, machineOf } from './join.ts'
import { readLine } from './read-line.ts'
import { renderReset } from './render-reset.ts'
import { runBounded } from './time-limit.ts'

export interface ResetOptions extends JoinOptions {
  readonly yes?: boolean
  readonly force?: boolean
  readonly keepUnits?: boolean
  readonly etcdData?: boolean
  readonly serviceAccountKey?: boolean
  readonly dryRun?: boolean
}

/** `node-join reset`: asks first, then undoes what the join did on this machine. */
export const runResetCommand = async (
  context: CommandContext,
  options: ResetOptions,
): Promise<void> => {
  const { terminal, signals } = context
  const choices = choicesOf(options)
  const timeout = parseDuration(options.timeout)
  const bounds = { timeout, signals, doing: () => 'undoing the join' }
  const report = await runBounded(bounds, async (signal): Promise<ResetReport> => {
    const machine = machineOf(context, options, signal)
    const begun = loadRemoval(machine)
    const joined = findJoined(machine)
    const planned = begun ?? (joined && surveyReset(machine, joined, choices))
    if (options.dryRun === true)
      return {
        node: planned?.node ?? 'this machine',
        removed: [...(planned?.files.map(({ path }) => path) ?? []), ...(planned?.trees ?? [])],
        kept: planned?.kept ?? [],
        units: planned?.units ?? [],
        warnings: [],
      }
    // What was begun was agreed to.
    if (joined && !begun && options.yes !== true) await confirm(context, joined)
    return runReset(machine, joined, choices)
  })
  for (const warning of report.warnings) terminal.warning(warning)
  const isDryRun = options.dryRun === true
  await terminal.result(report, () => renderReset(report, terminal, isDryRun))
}

const choicesOf = (options: ResetOptions): ResetChoices => ({
  force: options.force === true,
  keepUnits: options.keepUnits === true,
  withEtcdData: options.etcdData === true,
  withServiceAccountKey: options.serviceAccountKey === true,
})

const confirm = async (
  { terminal, isTicketTyped, ticketInput }: CommandContext,
  { node }: Joined,
): Promise<void> => {
  if (!isTicketTyped)
    throw new EasycertsError('ERR_USAGE', 'a reset stops services and removes keys', {
      hint: 'give --yes, or look first with --dry-run',
    })
  terminal.note(`This stops the services of ${node} and removes its keys. Type ${node} to go on:`)
  if ((await readLine(ticketInput)) !== node)
    throw new EasycertsError('ERR_USAGE', 'not confirmed: nothing was changed', {
      hint: 'type the name of the node exactly, or give --yes',
    })
}
