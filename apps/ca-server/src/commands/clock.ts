import { createOperatorClient } from '@easycerts/adapters/ca-client'
import { EasycertsError } from '@easycerts/shared/errors'
import { dataPaths } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

const operatorOf = (options: GlobalOptions) =>
  createOperatorClient({ socketPath: dataPaths(options.dataDirectory).operatorSocket })

const FAULTS = {
  behind: ['ERR_CLOCK_BACKWARDS', 'behind what was believed'],
  jumped: ['ERR_CLOCK_JUMPED', 'ahead of what was believed'],
} as const

/** `ca-server clock status`: ERR_CLOCK_BACKWARDS or ERR_CLOCK_JUMPED after the result while it is not believed. */
export const runClockStatus = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const clock = await operatorOf(options).call('clock', {})
  const { state, by, now, believedAt } = clock
  await context.terminal.result(clock, () =>
    state === 'good'
      ? `The clock is believed: ${now}.`
      : `Nothing is issued: the clock says ${now}, ${by ?? ''} ${FAULTS[state][1]} (${believedAt ?? 'never'}).`,
  )
  if (state !== 'good')
    throw new EasycertsError(FAULTS[state][0], `the clock of the CA is ${by ?? ''} off`)
}

/** `ca-server clock accept` */
export const runClockAccept = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const accepted = await operatorOf(options).call('clockAccept', { body: {} })
  const { state, before, after } = accepted
  await context.terminal.result(accepted, () =>
    state === 'good'
      ? `The clock is believed already: ${after}.`
      : `The clock is believed as it is, ${after}, after ${before ?? 'never'}; certificates are issued again.`,
  )
}
