import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * The files of one set in one directory, behind one link: `tls.crt` is a link to
 * `.NAME.current/tls.crt`, and `.NAME.current` one to the directory of a generation.
 */
export interface LinkedSite {
  readonly directory: string
  /** Of the set, so that several may share a directory. */
  readonly name: string
}

export const currentLinkOf = ({ directory, name }: LinkedSite): string =>
  join(directory, `.${name}.current`)

/** What a link in the place of a file says. */
export const linkTextOf = (name: string, file: string): string => `.${name}.current/${file}`

export const newGenerationName = (name: string): string =>
  `.${name}.gen-${randomBytes(8).toString('hex')}`

const ENDING = /^[0-9a-f]{16}$/

/** Whether `newGenerationName(name)` could have made this name. */
export const isGenerationName = (name: string, entry: string): boolean => {
  const start = `.${name}.gen-`
  return entry.startsWith(start) && ENDING.test(entry.slice(start.length))
}

/** The name of the generation that is published; undefined if there is none, or something else. */
export const currentGenerationOf = (site: LinkedSite): string | undefined => {
  const text = linkTextAt(currentLinkOf(site))
  return text !== undefined && isGenerationName(site.name, text) ? text : undefined
}

/** Where the octets of a file of the set `name` lie: `path` itself, unless a link of ours stands there. */
export const standingPath = (path: string, name: string): string => {
  const [directory, file] = [dirname(path), basename(path)]
  const generation = isOurLink(path, name) ? currentGenerationOf({ directory, name }) : undefined
  return generation === undefined ? path : join(directory, generation, file)
}

/** Whether the link that a set is published by stands at `path`. */
export const isOurLink = (path: string, name: string): boolean =>
  linkTextAt(path) === linkTextOf(name, basename(path))

const linkTextAt = (path: string): string | undefined => {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
