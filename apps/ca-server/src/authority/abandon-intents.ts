import type { Clock } from '@easycerts/shared/time'
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
