import { setTimeout as wait } from 'node:timers/promises'
import type { CrashMeans } from './crash-plan.ts'
import { straceFor } from './crash-plan.ts'
import type { LoopDisk } from './loop-disk.ts'
import { serveUnder, type StepServer } from './step-server.ts'

/** Longer than any step that is planned takes to come, in milliseconds. */
const LONGEST_WORK = 1200

/** Where a CA lives whose crashes are watched. */
export interface CrashSite {
  readonly directory: string
  /** Where the power can be cut; undefined where no loop device may be mounted. */
  readonly disk: LoopDisk | undefined
}

/**
 * Serves, lets the work go on until the crash comes, and leaves what the crash left. Whether it came
 * where it was planned: a step that is not reached in time is a kill like any other.
 */
export const crash = async (
  { directory, disk }: CrashSite,
  means: CrashMeans,
  work: (server: StepServer) => Promise<void>,
): Promise<boolean> => {
  const server = serveUnder(directory, straceFor(means))
  await server.ready
  let isAsPlanned = true
  const working = server.isGone() ? Promise.resolve() : work(server)
  if (means.kind === 'step') {
    await Promise.race([server.gone, wait(LONGEST_WORK)])
    isAsPlanned = server.isGone()
    await server.kill()
  } else {
    await wait(means.after)
    // What was answered until now was durable before: it must be in the copy.
    server.freeze()
    disk?.cut()
    await server.kill()
    disk?.restore()
  }
  await working
  return isAsPlanned
}

/** Starts without help, as an init system would, and stays for the work. */
export const serveAgain = async (
  { directory }: CrashSite,
  work: (server: StepServer) => Promise<void>,
): Promise<void> => {
  const server = serveUnder(directory)
  await server.ready
  if (server.isGone()) throw new Error(`ca-server does not start again: ${server.log()}`)
  try {
    await work(server)
  } finally {
    await server.kill()
  }
}
