import type { ExportableKey } from '@easycerts/shared/key'
import { type LegacyWish, misfitOf } from '@easycerts/shared/legacy-certmgr'
import {
  type Certificate,
  type CertificateChain,
  findAnchoredPath,
  findOutOfDate,
  isSelfIssued,
} from '@easycerts/shared/x509'

export interface RemoteIssue {
  readonly chain: CertificateChain
  readonly key: ExportableKey
  readonly wish: LegacyWish
}

/** What the remote told of its CA, and the clock of this machine. */
export interface RemoteFacts {
  readonly authorities: readonly Certificate[]
  readonly now: Date
}

/**
 * A certificate of a remote with the CAs that its verifiers may lack (RFC 8446 §4.4.2 leaves out a
 * root), or why it must not reach its consumer.
 */
export const checkRemoteChain = (
  { chain: [leaf, ...others], key, wish }: RemoteIssue,
  { authorities, now }: RemoteFacts,
): { readonly chain: CertificateChain } | { readonly objection: string } => {
  if (leaf.pin !== key.publicKey.pin) return { objection: 'is for another key' }
  if (leaf.basicConstraints?.isCa === true) return { objection: 'is that of a CA' }
  const path = findAnchoredPath(leaf, others, authorities)
  if (!path) return { objection: 'is not signed by the CA that the remote names' }
  if (findOutOfDate([leaf, ...path], now))
    return { objection: 'is not valid now, by the clock of this machine' }
  const misfit = misfitOf(leaf, key.algorithm, wish)
  if (misfit !== undefined) return { objection: misfit }
  return { chain: [leaf, ...path.filter((authority) => !isSelfIssued(authority))] }
}
