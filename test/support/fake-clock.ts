import { spawnSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { forgetTheDead } from './faketime.ts'

/** The wall clock of one process, moved by a test while the process runs; its monotonic clock stays. */
export interface FakeClock {
  /** For the process. */
  readonly env: Readonly<Record<string, string>>
  /** Away from the true time: '+8h', '-3d'. */
  readonly move: (offset: string) => void
}

/** By libfaketime; `file` is where it looks for the time. */
export const createFakeClock = (file: string): FakeClock => {
  // Whoever reads an empty file is back in the true time for a moment.
  const move = (offset: string): void => {
    writeFileSync(`${file}.next`, `${offset}\n`)
    renameSync(`${file}.next`, file)
  }
  move('+0')
  forgetTheDead()
  return {
    env: {
      LD_PRELOAD: libraryPath(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    move,
  }
}

/** Where the wrapper finds its library, which differs by distribution. */
const libraryPath = (): string => {
  const { stdout } = spawnSync('faketime', ['-m', '-f', '+0s', 'printenv', 'LD_PRELOAD'])
  return stdout.toString().trim()
}
