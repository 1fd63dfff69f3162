import { constants, type Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { notWritable } from './stage-file.ts'

/** What may lie on the way to a file. */
export interface TrustedParents {
  /** Where the way begins; the operator named it. */
  readonly root: string
  /** Ours; root's directories and links are trusted anyway. */
  readonly uid: number
  /**
   * ours: nobody else may change any step. anybody: directories may have other owners, who could harm
   * the files that are theirs, but no link of theirs is followed.
   */
  readonly directories: 'ours' | 'anybody'
}

const ROOT = 0
const { S_IWGRP, S_IWOTH } = constants
const STICKY = 0o1000
/** As many as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40

/**
 * Looks at every step of the way to a directory, links included: whoever else could lead us elsewhere
 * could have us write, as root, wherever they like. What is missing will be ours.
 * ERR_FILE_UNSAFE names the step.
 */
export const refuseUnsafeParents = async (
  directory: string,
  trusted: TrustedParents,
): Promise<void> => {
  const root = resolve(trusted.root)
  let [at, steps, links, isAtOurs] = [root, stepsOf(root, resolve(directory)), 0, true]
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const next = join(at, step)
    const stats = await lstatIfAny(next)
    if (stats === undefined) return
    const isOurs = stats.uid === ROOT || stats.uid === trusted.uid
    if (!stats.isSymbolicLink()) {
      if (!isOurs && trusted.directories === 'ours') throw stranger(next, 'a directory', stats)
      refuseOpen(next, stats, trusted)
      at = next
      isAtOurs = isOurs
      continue
    }
    if (!isOurs || !isAtOurs) throw stranger(next, 'a symbolic link', stats)
    if (++links > MOST_LINKS) throw unsafe(`${next} leads through too many links`)
    const target = resolve(at, await readlink(next))
    if (!isBelow(root, target)) throw unsafe(`${next} leads out of ${root}`)
    steps = [...stepsOf(root, target), ...steps]
    at = root
  }
}

const stepsOf = (root: string, path: string): string[] => {
  if (!isBelow(root, path)) throw unsafe(`${path} is not below ${root}`)
  return relative(root, path)
    .split(sep)
    .filter((step) => step !== '')
}

const isBelow = (root: string, path: string): boolean => {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** In a sticky directory one changes only what is one's own. */
const refuseOpen = (path: string, stats: Stats, { directories }: TrustedParents): void => {
  if ((stats.mode & STICKY) !== 0) return
  const isOfGroup = (stats.mode & S_IWGRP) !== 0 && stats.gid !== ROOT && stats.gid !== stats.uid
  if ((stats.mode & S_IWOTH) !== 0 || (isOfGroup && directories === 'ours'))
    throw unsafe(`${path} is a directory that others may write`)
}

const stranger = (path: string, kind: string, { uid }: Stats): EasycertsError =>
  unsafe(`${path} is ${kind} that the user ${uid} may change`)

const lstatIfAny = async (path: string): Promise<Stats | undefined> =>
  await lstat(path).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return undefined
    throw notWritable(dirname(path), error)
  })

const unsafe = (message: string): EasycertsError =>
  new EasycertsError('ERR_FILE_UNSAFE', message, {
    hint: 'files are written only where nobody else can lead to another place: give directories and links to root, or name another path',
  })
