import type { MaintenanceOutcome } from '../maintenance/index.ts'
import type { CommitOutcome } from '../store/sqlite/index.ts'

/** What this process remembers of its own work, for health and metrics. */
export interface ServerLedger {
  readonly onCommit: (outcome: CommitOutcome) => void
  readonly onMaintenance: (outcome: MaintenanceOutcome) => void
  /** From now on nothing new is taken. */
  readonly beginDraining: () => void
  /** Undefined until something was committed. */
  readonly lastCommit: () => CommitOutcome | undefined
  /** The last outcome of each task. */
  readonly outcomes: () => readonly MaintenanceOutcome[]
  readonly lastSuccess: (task: string) => Date | undefined
  readonly isDraining: () => boolean
}

export const createServerLedger = (): ServerLedger => {
  const outcomes = new Map<string, MaintenanceOutcome>()
  const successes = new Map<string, Date>()
  let lastCommit: CommitOutcome | undefined
  let isDraining = false
  return {
    onCommit: (outcome) => {
      lastCommit = outcome
    },
    onMaintenance: (outcome) => {
      outcomes.set(outcome.task, outcome)
      if (outcome.failure === undefined) successes.set(outcome.task, outcome.at)
    },
    beginDraining: () => {
      isDraining = true
    },
    lastCommit: () => lastCommit,
    outcomes: () => [...outcomes.values()],
    lastSuccess: (task) => successes.get(task),
    isDraining: () => isDraining,
  }
}
