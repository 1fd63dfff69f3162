import { EasycertsError } from '@easycerts/shared/errors'
import { hashesOf, parseLogEntry, verifySignedHead } from '@easycerts/shared/issuance-log'
import { hashLeaf, rootFromInclusion } from '@easycerts/shared/merkle-log'
import type { Certificate } from '@easycerts/shared/x509'
import type { IssuanceLog } from './issuance-log.ts'
import type { Reconciliation } from './reconciliation.ts'

/** What a node kept of the log when it got its identity: the texts that came with it. */
export interface AdoptionEvidence {
  readonly entry: string
  /** Base64. */
  readonly inclusion: readonly string[]
  readonly head: string
}

/**
 * The node that an identity was issued to, by an entry of our own log that a backup did not hold.
 * The head's signature is the log key's, so whoever stole an issuer's key cannot make one.
 * ERR_LOG_INCONSISTENT, ERR_LOG_MALFORMED.
 */
export const verifyAdoption = (
  log: IssuanceLog,
  { previous }: Reconciliation,
  { fingerprint }: Certificate,
  { entry: text, inclusion, head: note }: AdoptionEvidence,
): string => {
  const { head } = verifySignedHead(note, log.publicKey)
  const { sequence, kind, body } = parseLogEntry(text)
  const leaf = hashLeaf(Buffer.from(text, 'utf8'))
  const root = rootFromInclusion(leaf, sequence - 1, head.size, hashesOf(inclusion))
  const isOurs = head.storeId === log.storeId && root?.equals(head.root) === true
  // From here on the records were lost: what the log said before is in them.
  const isLost = head.epoch >= previous.epoch && head.epoch < log.epoch && sequence > previous.size
  const isIdentity =
    kind === 'certificate-issued' &&
    body['profile'] === 'node-identity' &&
    body['fingerprint'] === fingerprint
  const { node } = body
  if (isOurs && isLost && isIdentity && typeof node === 'string') return node
  throw new EasycertsError(
    'ERR_LOG_INCONSISTENT',
    'what this node shows does not prove that its identity is in the lost part of the log',
  )
}
