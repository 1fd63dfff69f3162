import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureDirectory, readTextFileIfAny, writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ApiToken, isSameApiToken } from '@easycerts/shared/legacy-certmgr'
import { type Machine, pathOn, refuseOutside } from '../machine/index.ts'

/** Where cfssl of easyCerts keeps the token that it judges all others by. */
export const CA_TOKEN = '/var/lib/cfssl/apitoken.secret'
/** Whoever runs here as the CA. */
const CA_UNITS = ['cfssl.service', 'ca-server.service']

const PARENT_MODE = 0o755

/** What becomes of the file: written, or right as it is. */
export type TokenPlacement = 'write' | 'there'

/**
 * Reads only. The token of a CA on this very machine is not replaced, nor what a link leads to:
 * ERR_APITOKEN_OF_CA if it is another one. `isServing` says whether a unit runs here.
 */
export const decidePlacement = async (
  token: ApiToken,
  secret: string,
  machine: Machine,
  isServing: (unit: string) => Promise<boolean>,
): Promise<TokenPlacement> => {
  const textOf = (path: string): string | undefined => readTextFileIfAny(pathOn(machine, path))
  const held = textOf(secret)
  const isHeld = held !== undefined && isSameApiToken(token, held)
  if (isLink(pathOn(machine, secret))) {
    if (isHeld) return 'there'
    throw ofCa(`${secret} is a link to another token`)
  }
  const own = textOf(CA_TOKEN)
  if (own !== undefined && !isSameApiToken(token, own)) throw ofCa(`${CA_TOKEN} is another token`)
  if (isHeld) return 'there'
  const isFilled = held !== undefined && held.trim() !== ''
  if (own === undefined && isFilled && (await isAnyServing(isServing)))
    throw ofCa(`a CA runs on this machine, and ${secret} is another token`)
  return 'write'
}

const isAnyServing = async (isServing: (unit: string) => Promise<boolean>): Promise<boolean> => {
  const answers = await Promise.all(CA_UNITS.map(isServing))
  return answers.includes(true)
}

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true

const ofCa = (message: string) => new EasycertsError('ERR_APITOKEN_OF_CA', message)

/** Wholly or not at all, for root alone; with the newline that cfssl's own file has. */
export const writeToken = async (
  token: ApiToken,
  secret: string,
  machine: Machine,
): Promise<void> => {
  refuseOutside(machine, dirname(secret))
  await ensureDirectory(pathOn(machine, dirname(secret)), PARENT_MODE)
  const content = token.map((text) => `${text}\n`)
  await writeFileDurably({ path: pathOn(machine, secret), content, mode: 0o600 })
}
