import { type SignedHead, signTreeHead, type TreeHead } from '@easycerts/shared/issuance-log'
import type { SigningKey } from '@easycerts/shared/key'
import { type CompactRange, rootOfRange } from '@easycerts/shared/merkle-log'
import type { Clock } from '@easycerts/shared/time'

/** The log's name and key. */
export interface IssuanceLog {
  readonly storeId: string
  readonly epoch: number
  /** SPKI DER of the key that signs heads. */
  readonly publicKey: Buffer
  /** The signed head of a committed tree; one signature for all who ask at one size. */
  readonly headOf: (tree: CompactRange) => SignedHead
}

export interface LogSigner {
  readonly storeId: string
  readonly epoch: number
  /** Ed25519, and no issuer's. */
  readonly key: SigningKey
  readonly clock: Clock
}

export const createIssuanceLog = ({ storeId, epoch, key, clock }: LogSigner): IssuanceLog => {
  let newest: SignedHead | undefined
  return {
    storeId,
    epoch,
    publicKey: key.publicKey.spki,
    headOf: (tree) => {
      if (newest?.head.size === tree.size) return newest
      const time = clock().toISOString()
      const head: TreeHead = { storeId, epoch, size: tree.size, root: rootOfRange(tree), time }
      newest = { head, text: signTreeHead(head, key) }
      return newest
    },
  }
}
