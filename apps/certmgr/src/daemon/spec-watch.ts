import { type FSWatcher, statSync, watch } from 'node:fs'
import type { Log } from '@easycerts/adapters/log'
import { reasonOf } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import { isLegacySpecName } from '@easycerts/adapters/old-certmgr'
import { isSpecName } from '../specs/index.ts'

/** Editors and package managers write in several steps, and several files at once. */
const SETTLING = seconds(0.3)

/** Tells soon of a change in the directory of specs, where the system can; a pass looks in any case. */
export interface SpecWatch {
  /** This directory from now on, which may be another one of the same name, or not there. */
  readonly follow: (directory: string) => void
  readonly close: () => void
}

interface WatchParts {
  readonly onChange: () => void
  readonly log: Log
}

interface Watched {
  readonly watcher: FSWatcher
  readonly directory: string
  readonly inode: number
}

export const createSpecWatch = ({ onChange, log }: WatchParts): SpecWatch => {
  let watched: Watched | undefined
  let settling: NodeJS.Timeout | undefined
  let isTold = false

  const release = (): void => {
    watched?.watcher.close()
    watched = undefined
  }
  /** At most one call per period, however long the changes go on. */
  const settle = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined
      onChange()
    }, SETTLING).unref()
  }
  const fail = (error: unknown): void => {
    release()
    if (!isTold) log.warn('specs are looked at in each pass only', { reason: reasonOf(error) })
    isTold = true
  }

  return {
    follow: (directory) => {
      try {
        const inode = statSync(directory).ino
        if (watched?.directory === directory && watched.inode === inode) return
        release()
        const watcher = watch(directory, { persistent: false }, (_, name) => {
          if (name === null || isSpecName(name) || isLegacySpecName(name)) settle()
        })
        watcher.on('error', fail)
        watched = { watcher, directory, inode }
        isTold = false
      } catch (error) {
        fail(error)
      }
    },
    close: () => {
      clearTimeout(settling)
      release()
    },
  }
}
