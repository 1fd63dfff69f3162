import { loadOwnerIds, readTextFileIfAny } from '@easycerts/adapters/files'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { ALL_LAYOUTS } from '@easycerts/shared/layout'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import { type Machine, pathOn } from '../machine/index.ts'
import { findCertificate } from '../steps/find-certificate.ts'

/**
 * Paths whose content is certmgr's by its looks: bundles of public things, and certificates of CAs
 * in these bundles with their own keys. They change with each renewal, so no digest tells.
 */
export const readManagedFiles = (machine: Machine): Set<string> => {
  const bundles = ALL_LAYOUTS.flatMap((layout) => layout.bundles).flatMap(({ path }) => {
    const blocks = blocksOf(machine, path)
    return blocks.length > 0 && blocks.every(({ label }) => PUBLIC.has(label))
      ? [{ path, blocks }]
      : []
  })
  const authorities = bundles.flatMap(({ blocks }) =>
    blocks.flatMap(({ label, der }) => (label === 'CERTIFICATE' ? parsed(der) : [])),
  )
  const place = { machine, ids: loadOwnerIds(machine.root, machine.effectiveUid) }
  const pairs = ALL_LAYOUTS.flatMap((layout) => layout.certificates).flatMap((row) => {
    const found = findCertificate(row, authorities, place)
    const isOurs = found.state === 'present' && found.issuerKnown === true && found.keyMatches
    return isOurs === true ? [row.certificate, row.key] : []
  })
  return new Set([...bundles.map(({ path }) => path), ...pairs])
}

const PUBLIC = new Set(['CERTIFICATE', 'PUBLIC KEY'])

const blocksOf = (machine: Machine, path: string) => {
  try {
    return decodePemBlocks(readTextFileIfAny(pathOn(machine, path)) ?? '')
  } catch {
    return []
  }
}

const parsed = (der: Buffer): Certificate[] => {
  try {
    return [parseCertificate(der)]
  } catch {
    return []
  }
}
