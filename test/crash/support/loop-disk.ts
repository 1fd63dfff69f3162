import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real file system in a file, whose power can be cut: what was not flushed to it is gone. */
export interface LoopDisk {
  readonly path: string
  /** What a power cut at this moment would leave. The writers must stand still, and be gone before `restore`. */
  readonly cut: () => void
  /** Mounts what `cut` left in place of what was. */
  readonly restore: () => void
  readonly remove: () => void
}

const run = (program: string, ...args: readonly string[]): void => {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

/** An ext4 of so many MiB. Needs root and loop devices; see `canMountLoop`. */
export const makeLoopDisk = (megabytes: number): LoopDisk => {
  const folder = mkdtempSync(join(tmpdir(), 'easycerts-loop-'))
  const [image, copy, path] = ['image', 'cut', 'disk'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(path)
  run('truncate', '-s', `${megabytes}M`, image)
  run('mkfs.ext4', '-q', '-F', image)
  const mount = (): void => run('mount', '-o', 'loop', image, path)
  mount()
  return {
    path,
    cut: () => run('cp', '--sparse=always', image, copy),
    restore: () => {
      run('umount', path)
      renameSync(copy, image)
      mount()
    },
    remove: () => {
      spawnSync('umount', [path])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Whether this user may: not so in most containers. */
export const canMountLoop = (): boolean => {
  try {
    makeLoopDisk(8).remove()
    return true
  } catch {
    return false
  }
}
