import { reasonOf } from '@easycerts/shared/errors'
import { retryWait } from '@easycerts/shared/renewal'
import { addDuration, type Clock, type Duration, minutes, seconds } from '@easycerts/shared/time'
import type { MaintenanceOutcome, MaintenanceTask } from './maintenance-task.ts'

export interface Maintenance {
  readonly tasks: readonly MaintenanceTask[]
  readonly clock: Clock
  /** Resolves after a while, or at once when stopped. */
  readonly sleep: (duration: Duration) => Promise<void>
  readonly isStopped: () => boolean
  readonly onOutcome: (outcome: MaintenanceOutcome) => void
}

// setTimeout overflows after 24.8 days and a clock may jump: look again at least this often.
const LONGEST_SLEEP = minutes(10)
const SHORTEST_SLEEP = seconds(1)
/** Runs every task when it is due, side by side, for as long as the server runs. */
export const runMaintenance = async ({ tasks, ...rest }: Maintenance): Promise<void> => {
  await Promise.all(tasks.map((task) => keepRunning(task, rest)))
}

const keepRunning = async (
  task: MaintenanceTask,
  { clock, sleep, isStopped, onOutcome }: Omit<Maintenance, 'tasks'>,
): Promise<void> => {
  let failures = 0
  let notBefore: Date | undefined
  const nextRun = (): number => Math.max(task.dueAt().getTime(), notBefore?.getTime() ?? 0)
  while (!isStopped()) {
    const wait = nextRun() - clock().getTime()
    await sleep(Math.max(SHORTEST_SLEEP, Math.min(wait, LONGEST_SLEEP)) as Duration)
    if (isStopped() || clock().getTime() < nextRun()) continue
    const failure = await outcomeOf(task)
    failures = failure === undefined ? 0 : failures + 1
    const at = clock()
    notBefore =
      failure === undefined ? undefined : addDuration(at, retryWait(failures, timeLeft(task, at)))
    onOutcome({ task: task.name, at, failure })
  }
}

const outcomeOf = async (task: MaintenanceTask): Promise<string | undefined> => {
  try {
    await task.run()
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

const timeLeft = (task: MaintenanceTask, now: Date): number =>
  (task.deadline?.().getTime() ?? Infinity) - now.getTime()
