import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ServiceManager } from '@easycerts/adapters/systemd'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'

/** What join takes from the machine that it prepares: this one, or an image below another root. */
export interface Machine {
  readonly root: string
  readonly clock: Clock
  readonly randomOctets: (count: number) => Buffer
  readonly effectiveUid: number
  /** What the system that runs now calls itself. */
  readonly hostName?: string
  /** Of the system that runs now; for another root it only enables units. */
  readonly services: ServiceManager
  /** Ends everything, with its reason. */
  readonly signal: AbortSignal
}

/** Where a path of the node is for this process. */
export const pathOn = ({ root }: Machine, path: string): string => join(root, path)

export const existsOn = (machine: Machine, path: string): boolean =>
  existsSync(pathOn(machine, path))

/** Whether this is the running system, and not an image of one. */
export const isRunningSystem = ({ root }: Pick<Machine, 'root'>): boolean => resolve(root) === '/'

/** Without writing: ERR_FILE_NOT_WRITABLE if a directory could not be made or written later. */
export const checkWritable = (machine: Machine, directories: readonly string[]): void => {
  if (!isDirectory(machine.root))
    throw new EasycertsError('ERR_FILE_NOT_WRITABLE', `${machine.root} is not a directory`, {
      hint: 'make the directory that --root names first',
    })
  for (const directory of directories) {
    refuseOutside(machine, directory)
    const nearest = nearestExisting(pathOn(machine, directory))
    try {
      accessSync(nearest, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new EasycertsError(
        'ERR_FILE_NOT_WRITABLE',
        `cannot write ${nearest}: ${reasonOf(error)}`,
        {
          cause: error,
          hint: 'is the disk read-only, or are you not root? nothing was written',
        },
      )
    }
  }
}

/** An absolute link inside an image leads into the system that prepares it. ERR_FILE_UNSAFE. */
export const refuseOutside = (machine: Machine, directory: string): void => {
  const root = realpathSync(machine.root)
  const real = realpathSync(nearestExisting(pathOn(machine, directory)))
  if (root !== '/' && real !== root && !real.startsWith(`${root}/`))
    throw new EasycertsError('ERR_FILE_UNSAFE', `${directory} leads out of ${root}, to ${real}`, {
      hint: 'make the link inside the image a relative one',
    })
}

const nearestExisting = (path: string): string =>
  existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path))

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
