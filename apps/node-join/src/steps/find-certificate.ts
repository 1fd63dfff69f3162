import { readSecretFile, readTextFileIfAny } from '@easycerts/adapters/files'
import { type ExportableKey, parseSigningKey } from '@easycerts/shared/key'
import type { NodeCertificate } from '@easycerts/shared/layout'
import type { CertificateOnDisk } from '@easycerts/shared/renewal'
import { type Certificate, isIssuedByAny, parseCertificateChain } from '@easycerts/shared/x509'
import { existsOn, pathOn } from '../machine/index.ts'
import type { Place } from './publish.ts'

/** A row of the layout, whose key may belong to another owner than ours do. */
export type KeyRow = Pick<NodeCertificate, 'certificate' | 'key'> & { readonly owner: string }

/** What is on the disk for one row of the layout; damage is a finding, not a failure. */
export const findCertificate = (
  row: KeyRow,
  authorities: readonly Certificate[],
  place: Place,
): CertificateOnDisk => {
  const { machine } = place
  if (!existsOn(machine, row.certificate) || !existsOn(machine, row.key))
    return { state: 'missing' }
  const [certificate] =
    quietly(() =>
      parseCertificateChain(readTextFileIfAny(pathOn(machine, row.certificate)) ?? ''),
    ) ?? []
  const key = findKey(row, place)
  if (!certificate || !key) return { state: 'unreadable' }
  return {
    state: 'present',
    certificate,
    keyMatches: key.publicKey.pin === certificate.pin,
    issuerKnown: isIssuedByAny(certificate, authorities),
  }
}

/** Undefined for a key that is missing, damaged, too open, or not its owner's. */
export const findKey = (row: KeyRow, { machine, ids }: Place): ExportableKey | undefined =>
  quietly(() =>
    parseSigningKey(
      readSecretFile(pathOn(machine, row.key), ids.uidOf(row.owner) ?? machine.effectiveUid),
    ),
  )

const quietly = <Value>(work: () => Value): Value | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}
