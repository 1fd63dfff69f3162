import { type LegacyWish, refusal } from '@easycerts/shared/issuance'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import type { LegacyAnswerRow } from '../store/index.ts'
import type { LegacyIssuance } from './legacy-issuance.ts'

/**
 * A request that came before, octet for octet, gets the certificate that it got, so that a thief of
 * one request gains what is public; undefined for a new request, and for one whose certificate is
 * past the half of its life: honest clients renew with the same request. A revoked one is refused:
 * ERR_IDENTITY_REVOKED.
 */
export const repeatLegacy = async (
  authority: Authority,
  { key, requestHash }: Pick<LegacyIssuance, 'key' | 'requestHash'>,
  { profile, commonName, address, at }: LegacyWish,
): Promise<Certificate | undefined> => {
  if (requestHash === undefined) return undefined
  const found = await authority.store.read(async (reading) => {
    const answer = await reading.findLegacyAnswer(requestHash)
    if (!answer) return undefined
    return {
      answer,
      revocation: await reading.findRevocation(answer.issuerId, answer.serialNumber),
      row: await reading.findCertificate(answer.issuerId, answer.serialNumber),
    }
  })
  if (found?.revocation)
    throw refusal(
      'ERR_IDENTITY_REVOKED',
      'legacy-revoked',
      'the certificate that this very request got is revoked',
      'make a new key: certmgr does, where its spec is written anew',
    )
  if (!found?.row?.der || !isInFirstHalf(found.answer, at)) return undefined
  const certificate = parseCertificate(found.row.der)
  await authority.store.transact((writing) =>
    writing.noteLegacyUse({
      key: key.name,
      address,
      commonName,
      profile,
      usedAt: at.toISOString(),
      serialNumber: certificate.serialNumber,
    }),
  )
  return certificate
}

const isInFirstHalf = ({ notBefore, notAfter }: LegacyAnswerRow, now: Date): boolean => {
  const [first, last] = [Date.parse(notBefore), Date.parse(notAfter)]
  return now.getTime() < (first + last) / 2
}
