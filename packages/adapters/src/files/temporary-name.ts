import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

const FORMAT = /^\.(.+)\.easycerts-[0-9a-f]{16}$/

/** A fresh hidden name beside `path`, in the same file system, that nobody can guess and prepare. */
export const temporaryPathFor = (path: string): string =>
  join(dirname(path), `.${basename(path)}.easycerts-${randomBytes(8).toString('hex')}`)

export const isTemporaryName = (name: string): boolean => FORMAT.test(name)

/** Whether `temp` is a name that `temporaryPathFor(path)` could have made. */
export const isTemporaryPathFor = (path: string, temp: string): boolean =>
  dirname(temp) === dirname(path) && FORMAT.exec(basename(temp))?.[1] === basename(path)

/** The path that `temporaryPathFor` made this name for; undefined for any other name. */
export const targetOfTemporary = (temp: string): string | undefined => {
  const target = FORMAT.exec(basename(temp))?.[1]
  return target === undefined ? undefined : join(dirname(temp), target)
}
