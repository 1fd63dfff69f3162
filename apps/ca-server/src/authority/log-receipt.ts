import { enterWhole, readUnsignedInteger, TAG } from '@easycerts/shared/asn1'
import { decodePemBlocks, sha256Hex } from '@easycerts/shared/encoding'
import { type LogReceipt, textsOfHashes } from '@easycerts/shared/issuance-log'
import { serialNumberOf } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { claimOf, type Witness } from './log-claim.ts'
import { proveInclusion } from './log-proofs.ts'

/** What goes out with a certificate of ours (PEM, before its chain): proof that its issuance is in the log. */
export const receiptOf = async (
  authority: Authority,
  pem: string,
  witness: Witness,
): Promise<LogReceipt> => {
  const { serialNumber, fingerprint } = namesOf(pem)
  const { claim, size } = await claimOf(authority, witness)
  return authority.store.read(async (reading) => {
    const issuance = await reading.findIssuanceEntry(serialNumber, fingerprint)
    if (!issuance) throw new TypeError(`certificate ${serialNumber} is not in the log`)
    const { sequence, entry } = issuance
    const inclusion = await proveInclusion(reading, sequence - 1, size)
    return { ...claim, entry, inclusion: textsOfHashes(inclusion) }
  })
}

/** The two names alone: to parse the rest of what we made a moment ago would cost as much as its signature. */
const namesOf = (pem: string) => {
  const der = decodePemBlocks(pem)[0]?.der ?? Buffer.alloc(0)
  const tbs = enterWhole(der, 'certificate').enter('to-be-signed certificate')
  tbs.optional(0xa0)
  const serialNumber = serialNumberOf(
    readUnsignedInteger(tbs.expect(TAG.INTEGER, 'serial number').content),
  )
  return { serialNumber, fingerprint: sha256Hex(der) }
}
