import { lockIdentity } from '@easycerts/adapters/identity-store'
import { NODE_PATHS } from '@easycerts/shared/layout'
import {
  isRunningSystem,
  type Machine,
  missingDirectories,
  pathOn,
  removeIfEmpty,
} from '../machine/index.ts'

const CERTMGR = 'certmgr.service'

/** The identity directory for this process alone. */
export interface HeldIdentity {
  /** Lets others at it again, and starts a certmgr that had to wait. */
  release(): Promise<void>
}

/**
 * Two processes that use one identity look like a theft, so certmgr stops for as long as join runs.
 * Directories made for nothing are removed at the end. ERR_SERVER_RUNNING.
 */
export const holdIdentity = async (machine: Machine): Promise<HeldIdentity> => {
  const { services, clock } = machine
  const directory = pathOn(machine, NODE_PATHS.identityDirectory)
  const missing = missingDirectories(directory)
  const mustWait =
    isRunningSystem(machine) && services.isPresent() && (await services.isActive(CERTMGR))
  if (mustWait) await services.stop(CERTMGR)
  // Its failure to start is told by the step that starts services, and must not hide another one.
  const resume = async () => {
    removeIfEmpty(missing)
    if (mustWait) await services.start(CERTMGR).catch(() => undefined)
  }
  try {
    const lock = await lockIdentity(directory, clock)
    return {
      release: async () => {
        await lock.release()
        await resume()
      },
    }
  } catch (error) {
    await resume()
    throw error
  }
}
