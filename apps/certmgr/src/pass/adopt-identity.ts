import type { NodeClient } from '@easycerts/adapters/ca-client'
import { loadReceipt } from '@easycerts/adapters/log-witness'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { CertmgrContext, Session } from './certmgr-context.ts'

/**
 * Runs an exchange with the CA. A CA that was restored from a backup may lack our identity: then the
 * proof that came with it takes it back into the records, and the exchange runs once more.
 */
export const withAdoption = async <Result>(
  { store, log }: Pick<CertmgrContext, 'store' | 'log'>,
  session: Session,
  client: NodeClient,
  exchange: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await exchange()
  } catch (error) {
    if (!isEasycertsError(error) || error.code !== 'ERR_IDENTITY_UNRECORDED') throw error
    const proof = loadReceipt(store.directory, session.identity.certificate.fingerprint)
    if (!proof) throw error
    await client.adoptIdentity(proof)
    log.info('the CA was restored from a backup, and has adopted this identity by its proof')
    return exchange()
  }
}
