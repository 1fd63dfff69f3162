import { refusal, type Requester } from '@easycerts/shared/issuance'
import type { PublicKey } from '@easycerts/shared/key'
import type { Authority } from './authority.ts'

/**
 * Whoever holds a key of the CA needs no certificate of it, so whoever asks for one is its thief.
 * ERR_CSR_KEY_REJECTED.
 */
export const refuseKeyOfCa = (
  { issuers, log, trustKey }: Pick<Authority, 'issuers' | 'log' | 'trustKey'>,
  requester: Requester,
  { spki }: PublicKey,
): void => {
  if (requester.kind === 'ca-server') return
  const authorities = Object.values(issuers).flatMap((each) => [each.certificate, ...each.above])
  const own = [...authorities.map((each) => each.spki), log.publicKey, trustKey.publicKey.spki]
  if (own.some((each) => each.equals(spki)))
    throw refusal('ERR_CSR_KEY_REJECTED', 'key-of-ca', 'this is a key of the CA itself')
}
