import { parseDuration } from '@easycerts/shared/time'
import { type Progress } from '../machine/index.ts'
import { changesNothing, type JoinPreview } from '../plan/join-preview.ts'
import { runPreview } from '../run-preview.ts'
import type { CommandContext } from './command-context.ts'
import { choicesOf, type JoinOptions, machineOf, takeTicket } from './join.ts'
import { renderPreview } from './render-preview.ts'
import { runBounded } from './time-limit.ts'

const SILENT: Progress = {
  current: () => 'asking what the ticket is worth',
  step: async (_title, work) => (await work()).value,
}

/** `node-join plan < ticket`: what the join would do; changes nothing here and nothing at the CA. */
export const runPlanCommand = async (
  context: CommandContext,
  options: JoinOptions,
): Promise<void> => {
  const { terminal, signals } = context
  const choices = choicesOf(options, context)
  const timeout = parseDuration(options.timeout)
  const bounds = { timeout, signals, doing: SILENT.current }
  const preview = await runBounded(bounds, async (signal) => {
    const ticket = await takeTicket(context, SILENT)
    return runPreview(ticket, machineOf(context, options, signal), choices)
  })
  for (const warning of preview.warnings) terminal.warning(warning)
  await terminal.result(resultOf(preview), () => renderPreview(preview, terminal))
}

const resultOf = (preview: JoinPreview) => ({
  ...preview,
  changesNothing: changesNothing(preview),
})
