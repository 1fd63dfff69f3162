import { constants, type Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { notWritable } from './stage-file.ts'

/** Whose directories and links on the way to a file are followed. */
export interface TrustedParents {
  /** Where the way begins; the operator named it. */
  readonly root: string
  /** Ours; root's are trusted anyway. */
  readonly uid: number
  /** Who may own the last directory too, because the files in it are theirs. */
  readonly owners?: readonly number[]
}

const ROOT = 0
const { S_IWGRP, S_IWOTH } = constants
const STICKY = 0o1000
/** As many as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40

/**
 * Looks at every step of the way to a directory, links included: whoever else could change one of
 * them could have us write, as root, wherever they like. What is missing will be ours.
 * ERR_FILE_UNSAFE names the step.
 */
export const refuseUnsafeParents = async (
  directory: string,
  trusted: TrustedParents,
): Promise<void> => {
  const root = resolve(trusted.root)
  let [at, steps, links] = [root, stepsOf(root, resolve(directory)), 0]
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const next = join(at, step)
    const stats = await lstatIfAny(next)
    if (stats === undefined) return
    const mayBeTheirs = steps.length === 0 && stats.isDirectory()
    refuseStranger(next, stats, trusted.uid, mayBeTheirs ? trusted.owners : undefined)
    if (!stats.isSymbolicLink()) {
      at = next
      continue
    }
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

/** `owners`: of a directory that its users may share. */
const refuseStranger = (
  path: string,
  stats: Stats,
  uid: number,
  owners?: readonly number[],
): void => {
  const kind = stats.isSymbolicLink() ? 'a symbolic link' : 'a directory'
  if (![ROOT, uid, ...(owners ?? [])].includes(stats.uid))
    throw unsafe(`${path} is ${kind} of the user ${stats.uid}`)
  // The mode of a link says nothing, and in a sticky directory one changes only what is one's own.
  if (stats.isSymbolicLink() || (stats.mode & STICKY) !== 0) return
  const isOfGroup = (stats.mode & S_IWGRP) !== 0 && stats.gid !== ROOT && stats.gid !== stats.uid
  if ((stats.mode & S_IWOTH) !== 0 || (isOfGroup && owners === undefined))
    throw unsafe(`${path} is a directory that others may write`)
}

const lstatIfAny = async (path: string): Promise<Stats | undefined> =>
  await lstat(path).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return undefined
    throw notWritable(dirname(path), error)
  })

const unsafe = (message: string): EasycertsError =>
  new EasycertsError('ERR_FILE_UNSAFE', message, {
    hint: 'files are written only where nobody else can change the way: give the directories to root, or name another path',
  })
