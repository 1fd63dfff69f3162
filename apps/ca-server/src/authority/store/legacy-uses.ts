import type { SerialNumber } from '@easycerts/shared/x509'

/** What one address has got for one subject with one key of the cfssl API. */
export interface LegacyUseRow {
  /** Its name in `auth_keys`; 'nobody' where no key was asked for. */
  readonly key: string
  readonly address: string
  readonly commonName: string
  /** Signing profile. */
  readonly profile: string
  readonly firstUsedAt: string
  readonly lastUsedAt: string
  readonly uses: number
  readonly lastSerialNumber: SerialNumber
}

/** A use as it happens. */
export type LegacyUse = Pick<LegacyUseRow, 'key' | 'address' | 'commonName' | 'profile'> & {
  readonly usedAt: string
  readonly serialNumber: SerialNumber
}

/** The certificate that an authenticated request got. */
export interface LegacyAnswerRow {
  /** Over the key's name and the octets of the request, hex. */
  readonly requestHash: string
  readonly issuerId: string
  readonly serialNumber: SerialNumber
  readonly notBefore: string
  readonly notAfter: string
}

export interface LegacyUseReading {
  /** The latest first; some ten thousand at most. */
  listLegacyUses(): Promise<LegacyUseRow[]>
  findLegacyAnswer(requestHash: string): Promise<LegacyAnswerRow | undefined>
}

export interface LegacyUseWriting {
  noteLegacyUse(use: LegacyUse): Promise<void>
  /** In place of an earlier one, and of all whose certificates ended before `now`. */
  putLegacyAnswer(row: LegacyAnswerRow, now: string): Promise<void>
}
