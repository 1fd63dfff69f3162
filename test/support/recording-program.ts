import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

export interface RecordingProgram {
  readonly path: string
  /** The arguments of each call so far. */
  readonly calls: () => string[]
}

/** A program in the place of another: writes down its arguments, then does what `rest` says (sh). */
export const recordingProgram = (rest = ''): RecordingProgram => {
  const folder = temporaryFolder()
  const [path, log] = [join(folder, 'program'), join(folder, 'log')]
  writeFileSync(log, '')
  writeFileSync(path, `#!/bin/sh\necho "$*" >> ${log}\n${rest}\n`, { mode: 0o755 })
  return {
    path,
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  }
}
