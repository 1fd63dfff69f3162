import { readOwnedFileIfAny } from '@easycerts/adapters/files'
import type { TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import { decodePemBlocks, sha256Hex } from '@easycerts/shared/encoding'
import { parseCertificate } from '@easycerts/shared/x509'
import { pathOn, type Place } from './place.ts'

/** A bundle of CAs on the disk. */
export interface FoundBundle {
  /** Of its octets, as long as a serial number may be; another bundle has another one. */
  readonly id: string
  /** DER of the names of its CAs. */
  readonly subjects: readonly Buffer[]
}

const ID_DIGITS = 40

/** Undefined for what is missing, or holds something else than certificates. */
export const findBundle = (place: Place, { file }: TrustBundleSpec): FoundBundle | undefined => {
  try {
    const octets = readOwnedFileIfAny(pathOn(place, file.path))?.bytes
    if (!octets) return undefined
    const subjects = decodePemBlocks(octets.toString('utf8')).map(
      ({ der }) => parseCertificate(der).subjectDer,
    )
    return { id: sha256Hex(octets).slice(0, ID_DIGITS), subjects }
  } catch {
    return undefined
  }
}
