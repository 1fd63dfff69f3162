import { parseTrustDocument, trustRenewalOf } from '@easycerts/shared/trust'
import type { Authority } from '../authority.ts'
import { requireGoodClock } from '../held-clock.ts'
import { certificationDue, certifyTrustKey } from './certify-trust-key.ts'
import { publishTrust } from './publish-trust.ts'

export interface KeptTrust {
  readonly version: number
  /** When the document or the certificate of its key is to be renewed. */
  readonly dueAt: Date
  /** When users of the document begin to warn. */
  readonly expiresAt: Date
}

/**
 * Brings the trust document up to what the records and the configuration say, and renews it and the
 * certificate of its key in time. Nothing changes where nothing is to be done.
 * ERR_CLOCK_BACKWARDS, ERR_CLOCK_JUMPED.
 */
export const keepTrust = async (authority: Authority): Promise<KeptTrust> => {
  await requireGoodClock(authority)
  const certificate = await certifyTrustKey(authority)
  const row = await authority.store.transact((writing) =>
    publishTrust(authority, writing, 'ca-server'),
  )
  const document = parseTrustDocument(row.document)
  const dates = [trustRenewalOf(document), certificationDue(authority, certificate)]
  return {
    version: row.version,
    dueAt: new Date(Math.min(...dates.map((date) => date.getTime()))),
    expiresAt: new Date(document.expiresAt),
  }
}
