import { serialOfDecimal } from '@easycerts/cfssl/certdb'
import type { SerialNumber } from '@easycerts/shared/x509'
import type { Issuer } from '../authority/index.ts'
import type { LegacyDesk } from './legacy-desk.ts'

/** A certificate as cfssl's clients name it, and its octets where it was signed. */
export interface FoundRecord {
  readonly issuer: Issuer
  readonly serialNumber: SerialNumber
  readonly der: Buffer | null
}

/**
 * The record of a decimal serial number under an authority key identifier (lower-case hex). What the
 * enrolment issuer signs is no concern of this door.
 */
export const findRecord = async (
  { authority }: LegacyDesk,
  serial: string,
  authorityKeyId: string,
): Promise<FoundRecord | undefined> => {
  const serialNumber = serialOfDecimal(serial)
  if (serialNumber === undefined) return undefined
  const issuers = issuersOfDoor(authority.issuers).filter(
    ({ keyIdentifier }) => keyIdentifier.toString('hex') === authorityKeyId,
  )
  return authority.store.read(async (reading) => {
    for (const issuer of issuers) {
      const found = await reading.findCertificate(issuer.id, serialNumber)
      if (found) return { issuer, serialNumber, der: found.der }
    }
    return undefined
  })
}

export const issuersOfDoor = (issuers: Readonly<Record<string, Issuer>>): readonly Issuer[] =>
  Object.values(issuers).filter(({ purpose }) => purpose !== 'enrolment')
