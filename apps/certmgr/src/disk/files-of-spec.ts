import { lstatSync } from 'node:fs'
import { isOurLink, readTextFile } from '@easycerts/adapters/files'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import type { SourcedSpec } from '../specs/sourced-spec.ts'
import { isCurrent } from './certificate-forms.ts'
import { driftOf } from './file-drift.ts'
import { createFileParser } from './file-parser.ts'
import { lookAtCertificate } from './look-at-certificate.ts'
import { pathOn, type Place, placeOf, type SpecifiedFile } from './place.ts'

/** A file that stands where a spec wants one, and why certmgr cannot have written it, if so. */
export interface FoundFile {
  readonly path: string
  readonly objection?: string
}

/** What stands in the places of a spec; a place that is empty is not in it. */
export const filesOfSpec = (somewhere: Place, spec: SourcedSpec): FoundFile[] => {
  const place = placeOf(somewhere, spec)
  if (spec.kind === 'TrustBundle') return found(place, spec.file, isBundle(place, spec.file))
  const { key, chain, keyMatches } = lookAtCertificate(place, spec, undefined, createFileParser())
  const pair = key && chain && keyMatches === true ? { key, chain } : undefined
  return [
    ...[spec.key, spec.certificate].flatMap((file) => found(place, file, pair !== undefined)),
    ...(spec.also ?? []).flatMap((form) =>
      found(place, form, pair !== undefined && isCurrent(place, form, pair)),
    ),
  ]
}

const found = (place: Place, file: SpecifiedFile, isOfSpec: boolean): FoundFile[] => {
  const path = pathOn(place, file.path)
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (!stats.isFile() && !isOurLink(path, place.spec ?? ''))
    return [{ path, objection: 'is not a regular file' }]
  if (!isOfSpec) return [{ path, objection: 'does not hold what certmgr writes there' }]
  return isOwned(place, file)
    ? [{ path }]
    : [{ path, objection: 'belongs to somebody else than the spec says' }]
}

const isOwned = (place: Place, file: SpecifiedFile): boolean => {
  try {
    return driftOf(place, file)?.includes('does not belong') !== true
  } catch {
    return false
  }
}

const BUNDLE_LABELS = new Set(['CERTIFICATE', 'PUBLIC KEY'])

const isBundle = (place: Place, { path }: SpecifiedFile): boolean => {
  try {
    const blocks = decodePemBlocks(readTextFile(pathOn(place, path)))
    return blocks.length > 0 && blocks.every(({ label }) => BUNDLE_LABELS.has(label))
  } catch {
    return false
  }
}
