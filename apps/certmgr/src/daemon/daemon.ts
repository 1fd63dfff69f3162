import { failureFields } from '@easycerts/adapters/log'
import type { Notifier } from '@easycerts/adapters/systemd'
import { describeDuration } from '@easycerts/shared/time'
import { type CertmgrContext, type Memory, recordFailure, recover, runPass } from '../pass/index.ts'
import { withoutWaiting } from '../plan/index.ts'
import type { Report } from '../report/index.ts'
import { writeStatus } from '../state/index.ts'
import { followSpecs } from './follow-specs.ts'
import { reloadContext } from './reload-context.ts'
import { reportOf } from './report-of.ts'
import type { Sleeper } from './sleeper.ts'
import type { SpecWatch } from './spec-watch.ts'
import { statusOf } from './status-of.ts'
import type { Watchdog } from './watchdog.ts'

export interface DaemonParts {
  readonly sleeper: Sleeper
  readonly notifier: Notifier
  readonly watchdog: Watchdog
  readonly pid: number
  /** Without one, changes of specs are seen by the next pass. */
  readonly specWatch?: SpecWatch
}

export interface Daemon {
  /** Passes until `context.signal` ends it; the pass under way is finished or cut short cleanly. */
  readonly run: () => Promise<void>
  /** Reads configuration and specs again before the next pass, which is now. */
  readonly reload: () => void
  /** A pass now, without waiting for the table of retries. */
  readonly wake: () => void
  /** What is true now, for who asks between two passes. */
  readonly look: () => { readonly context: CertmgrContext; readonly report: Report }
}

export const createDaemon = (
  initial: CertmgrContext,
  memory: Memory,
  parts: DaemonParts,
): Daemon => {
  const { sleeper, notifier, watchdog } = parts
  const { signal, clock, log } = initial
  const startedAt = clock()
  let context = initial
  let wish: 'none' | 'reload' | 'wake' = 'none'

  const pass = async (): Promise<Date> => {
    if (wish === 'reload') context = reloadContext(context, memory)
    // Watched first: what changes during the reading is told.
    parts.specWatch?.follow(context.config.specs)
    context = followSpecs(context, memory)
    if (wish !== 'none') hurry(memory, clock())
    wish = 'none'
    watchdog.passBegins()
    const nextPassAt = await runSafely(context, memory)
    watchdog.passEnds()
    memory.tally.passedAt = clock()
    const status = statusOf(context, memory, { pid: parts.pid, startedAt, nextPassAt })
    await writeStatus(context.paths.status, status).catch((error: unknown) =>
      log.error('cannot write the status', failureFields(error)),
    )
    await notifier.status(summaryOf(context, memory))
    return nextPassAt
  }

  return {
    run: async () => {
      await recover(context)
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        const nextPassAt = await pass()
        if (isFirst) await notifier.ready(summaryOf(context, memory))
        log.debug('sleeping', { for: describeDuration(nextPassAt.getTime() - clock().getTime()) })
        if (!isStopped(signal)) await sleeper.sleepUntil(nextPassAt)
      }
      watchdog.stop()
      parts.specWatch?.close()
      await notifier.stopping()
    },
    reload: () => {
      wish = 'reload'
      sleeper.wake()
    },
    wake: () => {
      if (wish === 'none') wish = 'wake'
      sleeper.wake()
    },
    look: () => {
      const own = { pid: parts.pid, startedAt, nextPassAt: clock() }
      return { context, report: reportOf(context, memory, own) }
    },
  }
}

/** What a pass does not expect (a full disk, a bug) must not end the daemon. */
const runSafely = async (context: CertmgrContext, memory: Memory): Promise<Date> => {
  try {
    const nextPassAt = await runPass(context, memory)
    memory.attempts.delete('certmgr')
    return nextPassAt
  } catch (error) {
    const remaining = Number.POSITIVE_INFINITY
    recordFailure(context, memory, 'certmgr', { error, remaining })
    return memory.attempts.get('certmgr')?.nextAttemptAt ?? context.clock()
  }
}

/** Asked as a call, since the answer changes while we wait. */
const isStopped = (signal: AbortSignal): boolean => signal.aborted

const hurry = (memory: Memory, now: Date): void => {
  for (const [name, attempts] of withoutWaiting(memory.attempts, now))
    memory.attempts.set(name, attempts)
  memory.contactAt = now
  for (const [name, known] of memory.remotes) memory.remotes.set(name, { ...known, contactAt: now })
}

const summaryOf = ({ specs }: CertmgrContext, { attempts, ca }: Memory): string => {
  const failing = attempts.size === 0 ? 'all well' : `${attempts.size} failing`
  return `${specs.certificates.length} certificates, ${failing}; CA ${ca.state}`
}
