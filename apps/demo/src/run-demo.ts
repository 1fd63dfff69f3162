import { rmSync } from 'node:fs'
import type { Terminal } from '@easycerts/adapters/terminal'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import type { DemoOptions } from './demo-options.ts'
import { describeScratch } from './guide.ts'
import type { Daemon } from './programs.ts'
import { createScratch, type Scratch } from './scratch.ts'
import { setUp } from './set-up.ts'
import { startStandInServices } from './stand-in-services.ts'
import { describeRenewal, renderView } from './view.ts'
import { createWatch } from './watch-certificates.ts'

export interface DemoContext {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly node: string
  readonly sleep: (milliseconds: number) => Promise<void>
  readonly isStopped: () => boolean
  /** Redraws in place. */
  readonly draw: (text: string) => void
  readonly drawDone: () => void
}

const LOOK_EVERY = 500

/** The whole demonstration, from an empty directory and back to nothing. */
export const runDemo = async (context: DemoContext, options: DemoOptions): Promise<void> => {
  const { terminal, node, sleep } = context
  const scratch = await createScratch()
  const daemons: Daemon[] = []
  try {
    await setUp({
      scratch,
      options,
      node,
      sleep,
      say: (line) => terminal.note(`${terminal.paint('green', '✓')} ${line}`),
      onStarted: (daemon) => daemons.push(daemon),
    })
    const restarts: string[] = []
    const services = await startStandInServices(scratch, (unit, name) => {
      const line = `restarted ${unit} on ${name}: it reads its certificate only when it starts`
      restarts.push(line)
      if (!options.isTerminal) terminal.note(line)
    })
    terminal.note(describeScratch(scratch))
    terminal.note(
      options.once ? 'Waiting for one renewal of every certificate.' : 'Renewing until Ctrl-C.',
    )
    // oxlint-disable-next-line typescript/no-misused-promises -- finally() waits for what it is given
    await watch(context, options, { scratch, daemons, restarts }).finally(services.stop)
  } finally {
    context.drawDone()
    await Promise.all(daemons.map((daemon) => daemon.stop()))
    if (options.keep) terminal.note(`Left behind: ${scratch.directory}`)
    else rmSync(scratch.directory, { recursive: true, force: true })
  }
}

interface Watching {
  readonly scratch: Scratch
  readonly daemons: readonly Daemon[]
  readonly restarts: readonly string[]
}

const watch = async (
  context: DemoContext,
  options: DemoOptions,
  { scratch, daemons, restarts }: Watching,
): Promise<void> => {
  const { look } = createWatch([
    { name: 'worker-1', role: 'worker', root: scratch.workerRoot },
    { name: 'master-1', role: 'master', root: scratch.masterRoot },
  ])
  while (!context.isStopped()) {
    const { all, renewed } = look()
    if (daemons.some((daemon) => daemon.hasEnded()))
      throw new EasycertsError(
        'ERR_ACTION_FAILED',
        'a daemon of the demonstration ended by itself',
        { hint: `run again with --keep and read the logs in the directory that it names` },
      )
    if (options.isTerminal)
      context.draw(await renderView(context.terminal, { all, restarts, now: context.clock() }))
    else for (const each of renewed) context.terminal.note(describeRenewal(each))
    if (options.once && all.every(({ renewals }) => renewals >= 1)) {
      reportOnce(context, all)
      return
    }
    await context.sleep(LOOK_EVERY)
  }
}

const reportOnce = (
  { terminal }: DemoContext,
  all: readonly { readonly renewals: number; readonly name: string }[],
): void => {
  const twice = all.find(({ renewals }) => renewals > 1)
  if (twice)
    throw new EasycertsError(
      'ERR_ACTION_FAILED',
      `${twice.name} was renewed ${twice.renewals} times, not once`,
    )
  terminal.note(
    `${terminal.paint('green', '✓')} each of ${all.length} certificates was renewed exactly once`,
  )
}
