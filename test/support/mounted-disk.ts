import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own, to be filled up or made read-only. */
export interface MountedDisk {
  readonly path: string
  readonly makeReadOnly: () => void
  readonly makeWritable: () => void
  /** Unmounts it, whoever still uses it. */
  readonly remove: () => void
}

const run = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args).status === 0

const mustRun = (program: string, ...args: readonly string[]): void => {
  if (!run(program, ...args)) throw new Error(`${program} ${args.join(' ')} failed`)
}

/** A tmpfs of `size` (`128k`). Needs root; see `canMount`. */
export const mountDisk = (size: string): MountedDisk => {
  const path = mkdtempSync(join(tmpdir(), 'easycerts-disk-'))
  mustRun('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', path)
  return {
    path,
    makeReadOnly: () => mustRun('mount', '-o', 'remount,ro', path),
    makeWritable: () => mustRun('mount', '-o', 'remount,rw', path),
    remove: () => {
      mustRun('umount', '--lazy', path)
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** Whether this user may mount: not so in most containers. */
export const canMount = (): boolean => {
  try {
    mountDisk('4k').remove()
    return true
  } catch {
    return false
  }
}
