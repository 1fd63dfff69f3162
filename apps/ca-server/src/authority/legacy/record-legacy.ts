import type { LegacyWish } from '@easycerts/shared/issuance'
import type { Certificate } from '@easycerts/shared/x509'
import type { Writing } from '../store/index.ts'
import type { LegacyIssuance } from './legacy-issuance.ts'

/** That the key was used, and what its request got, with the certificate itself. */
export const recordLegacy = async (
  writing: Writing,
  { key, issuer, requestHash }: LegacyIssuance,
  { profile, commonName, address, at }: LegacyWish,
  { serialNumber, validity }: Certificate,
): Promise<void> => {
  const usedAt = at.toISOString()
  await writing.noteLegacyUse({
    key: key.name,
    address,
    commonName,
    profile,
    usedAt,
    serialNumber,
  })
  if (requestHash !== undefined)
    await writing.putLegacyAnswer(
      {
        requestHash,
        issuerId: issuer.id,
        serialNumber,
        notBefore: validity.notBefore.toISOString(),
        notAfter: validity.notAfter.toISOString(),
      },
      usedAt,
    )
}
