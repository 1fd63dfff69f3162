import { readTextFileIfAny } from '@easycerts/adapters/files'
import { isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import { parseSigningKey } from '@easycerts/shared/key'
import { misfitOf } from '@easycerts/shared/legacy-certmgr'
import {
  type Certificate,
  findAnchoredPath,
  isValidAt,
  parseCertificateChain,
} from '@easycerts/shared/x509'
import { type Machine, pathOn } from '../machine/index.ts'
import type { AwaitedPair } from './component-files.ts'

/** What a look at a key pair found. */
export type PairFinding =
  | { readonly state: 'good'; readonly certificate: Certificate; readonly misfit?: string }
  | { readonly state: 'awaited'; readonly reason: string }

/**
 * Whether key and certificate belong together, the certificate comes from this CA and is valid now.
 * One that is not what its spec says is good as well: the old certmgr leaves it until it is due.
 */
export const lookAtPair = (
  { certificate: path, key, wish }: AwaitedPair,
  authorities: readonly Certificate[],
  machine: Machine,
): PairFinding => {
  const awaited = (reason: string): PairFinding => ({ state: 'awaited', reason })
  try {
    const pem = readTextFileIfAny(pathOn(machine, path))
    if (pem === undefined) return awaited(`${path} is not there yet`)
    const keyPem = readTextFileIfAny(pathOn(machine, key))
    if (keyPem === undefined) return awaited(`${key} is not there yet`)
    const [leaf, ...others] = parseCertificateChain(pem)
    const { publicKey, algorithm } = parseSigningKey(keyPem)
    if (publicKey.pin !== leaf.pin) return awaited(`${key} is not the key of ${path}`)
    if (!findAnchoredPath(leaf, others, authorities)) return awaited(`${path} is of another CA`)
    if (!isValidAt(leaf.validity, machine.clock())) return awaited(`${path} is not valid now`)
    const misfit = wish && misfitOf(leaf, algorithm, wish)
    return {
      state: 'good',
      certificate: leaf,
      ...(misfit === undefined ? {} : { misfit: `${path} ${misfit}` }),
    }
  } catch (error) {
    // Half written, perhaps: the old certmgr does not replace its files at once.
    return awaited(`${path}: ${isEasycertsError(error) ? error.message : reasonOf(error)}`)
  }
}
