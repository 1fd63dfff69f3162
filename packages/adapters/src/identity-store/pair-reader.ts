import { hash } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { readSecretFile } from '../files/index.ts'
import { parsePair, type PendingIdentity } from './identity.ts'

/**
 * Reads a key and its certificate, and parses the same text once: a daemon looks at each pass and
 * before each call, and parsing a key takes a millisecond. undefined: no such file.
 */
export const createPairReader = (uid: number): ((path: string) => PendingIdentity | undefined) => {
  const parsed = new Map<string, { readonly digest: string; readonly pair: PendingIdentity }>()
  return (path) => {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
      parsed.delete(path)
      return undefined
    }
    const text = readSecretFile(path, uid)
    const digest = hash('sha256', text)
    const known = parsed.get(path)
    if (known?.digest === digest) return known.pair
    const pair = parsePair(path, text)
    parsed.set(path, { digest, pair })
    return pair
  }
}
