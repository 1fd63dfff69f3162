import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import type { ServiceManager } from '../systemd/index.ts'

/** Where a stack is installed: this machine, or an image below another root. */
export interface TargetMachine {
  readonly root: string
  readonly effectiveUid: number
  readonly clock: Clock
  /** For another root it only enables units. */
  readonly services: ServiceManager
}

/** Records of installations, and what they replaced. */
export const INSTALLATION_STATE = '/var/lib/easycerts/units'
export const UNIT_DIRECTORY = '/etc/systemd/system'

export const pathOn = ({ root }: TargetMachine, path: string): string => join(root, path)

export const stateDirectoryOf = (machine: TargetMachine): string =>
  pathOn(machine, INSTALLATION_STATE)

export const journalDirectoryOf = (machine: TargetMachine): string =>
  pathOn(machine, `${INSTALLATION_STATE}/journals`)

export const isRunningSystem = ({ root }: TargetMachine): boolean => resolve(root) === '/'

/** An absolute link inside an image leads into the system that prepares it. ERR_FILE_UNSAFE. */
export const refuseOutside = (machine: TargetMachine, path: string): void => {
  const root = realpathSync(machine.root)
  const real = realpathSync(nearestExisting(dirname(pathOn(machine, path))))
  if (root !== '/' && real !== root && !real.startsWith(`${root}/`))
    throw new EasycertsError('ERR_FILE_UNSAFE', `${path} leads out of ${root}, to ${real}`, {
      hint: 'make the link inside the image a relative one',
    })
}

const nearestExisting = (path: string): string =>
  existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path))

/** The directories of a path that are not there, innermost first, as the machine sees them. */
export const missingDirectories = (machine: TargetMachine, path: string): string[] =>
  existsSync(pathOn(machine, path)) || path === dirname(path)
    ? []
    : [path, ...missingDirectories(machine, dirname(path))]

export interface StandingDirectory {
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Those of these directories that are there. */
export const standingDirectories = (
  machine: TargetMachine,
  paths: readonly string[],
): StandingDirectory[] =>
  [...new Set(paths)].flatMap((path) => {
    const stats = statSync(pathOn(machine, path), { throwIfNoEntry: false })
    if (stats?.isDirectory() !== true) return []
    return [{ path, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }]
  })
