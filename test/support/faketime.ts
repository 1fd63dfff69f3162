import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const SHARED_MEMORY = '/dev/shm'

/**
 * What runs a program by another wall clock; its timers go by the monotonic clock, which is left
 * alone. The clock is as `faketime -f` takes it: '+10m', '@2099-01-01 00:00:00'.
 */
export const faketimeWords = (clock: string): string[] => {
  forgetTheDead()
  return ['env', 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'faketime', '-f', clock]
}

/**
 * libfaketime names its shared memory after the process, leaves it behind when that is killed, and
 * ends the next process that gets the same number with "File exists".
 */
export const forgetTheDead = (): void => {
  for (const name of existsSync(SHARED_MEMORY) ? readdirSync(SHARED_MEMORY) : []) {
    const pid = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(SHARED_MEMORY, name), { force: true })
  }
}
