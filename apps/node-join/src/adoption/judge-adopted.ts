import { readOwnedFileIfAny } from '@easycerts/adapters/files'
import { parseSigningKey } from '@easycerts/shared/key'
import { misfitOf } from '@easycerts/shared/legacy-certmgr'
import type { RenewalReason } from '@easycerts/shared/renewal'
import {
  type Certificate,
  findAnchoredPath,
  isValidAt,
  parseCertificateChain,
} from '@easycerts/shared/x509'
import { type Machine, pathOn } from '../machine/index.ts'
import { hasExpectedNames } from '../plan/expected-names.ts'
import type { JoinFacts } from '../plan/join-facts.ts'
import type { AdoptedCertificate } from './adoption.ts'

export interface AdoptionFacts {
  readonly authorities: readonly Certificate[]
  readonly machine: Machine
  readonly facts: JoinFacts
  readonly now: Date
}

/** As a join judges its own: kept as it is, or asked for, and why. */
export type AdoptedVerdict =
  | { readonly kind: 'keep'; readonly certificate: Certificate }
  | { readonly kind: 'ask'; readonly reason: RenewalReason | 'names-differ' }

/**
 * A certificate stays if it is valid, has its key beside it, is of a CA that the cluster trusts, and
 * says what its old spec says. That it is due soon is certmgr's business. Reads only.
 */
export const judgeAdopted = (
  { row, spec }: AdoptedCertificate,
  { authorities, machine, facts, now }: AdoptionFacts,
): AdoptedVerdict => {
  const read = (path: string) => readOwnedFileIfAny(pathOn(machine, path))?.bytes.toString('utf8')
  const ask = (reason: RenewalReason | 'names-differ'): AdoptedVerdict => ({ kind: 'ask', reason })
  try {
    const [pem, keyPem] = [read(row.certificate), read(row.key)]
    if (pem === undefined || keyPem === undefined) return ask('missing')
    const [leaf, ...others] = parseCertificateChain(pem)
    const { publicKey, algorithm } = parseSigningKey(keyPem)
    if (publicKey.pin !== leaf.pin) return ask('key-mismatch')
    if (!findAnchoredPath(leaf, others, authorities)) return ask('issuer-unknown')
    if (!isValidAt(leaf.validity, now)) return ask('expired')
    const isAsBefore = misfitOf(leaf, algorithm, spec) === undefined
    // One that certmgr has renewed since says what its profile says.
    if (!isAsBefore && !hasExpectedNames(row.profile, leaf, facts)) return ask('names-differ')
    return { kind: 'keep', certificate: leaf }
  } catch {
    return ask('unreadable')
  }
}
