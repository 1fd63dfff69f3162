import { reasonOf } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import type { SerialNumber } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import type { CertificateRow, Store } from './store/index.ts'

/** Marks every intent without a record as abandoned, and logs it: a crash fell between. */
export const abandonIntents = (store: Store, clock: Clock): Promise<CertificateRow[]> =>
  store.transact(async (writing) => {
    const rows = await writing.abandonIntents()
    if (rows.length > 0)
      await writing.appendLog({
        at: clock().toISOString(),
        kind: 'issuance-abandoned',
        actor: 'ca-server',
        body: { serialNumbers: rows.map(({ serialNumber }) => serialNumber) },
      })
    return rows
  })

interface Intent {
  readonly issuerId: string
  readonly serialNumber: SerialNumber
  /** Why nothing was signed. */
  readonly cause: unknown
}

/**
 * Says at once of an intent that its issuer's key signed nothing for it. If even that cannot be
 * recorded, the next start finds the intent.
 */
export const abandonIntent = async (
  authority: Pick<Authority, 'store' | 'clock' | 'origin'>,
  { issuerId, serialNumber, cause }: Intent,
): Promise<void> => {
  const body = { issuer: issuerId, serialNumbers: [serialNumber], reason: reasonOf(cause) }
  const entry = actorAt(authority, 'issuance-abandoned', 'ca-server', body)
  const recorded = authority.store.transact(async (writing) => {
    await writing.abandonIntent(issuerId, serialNumber)
    await writing.appendLog(entry)
  })
  await recorded.catch(() => undefined)
}
