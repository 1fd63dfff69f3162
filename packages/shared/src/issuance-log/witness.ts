import { EasycertsError } from '../errors/index.ts'
import { hashLeaf, isConsistent, rootFromInclusion } from '../merkle-log/index.ts'
import { type EpochStart, verifyEpochStart } from './epoch-start.ts'
import { hashesOf, type LogClaim, type LogReceipt } from './log-claim.ts'
import { parseLogEntry } from './log-entry.ts'
import { type SignedHead, verifySignedHead } from './signed-head.ts'
import type { TreeHead } from './tree-head.ts'

/** A head that a witness accepted. */
export interface WitnessedHead {
  readonly signed: SignedHead
  /** Given if a restore since then lacks entries that the witness had seen: what it began from. */
  readonly restoredFrom?: EpochStart['previous']
}

/** The head of a log that nobody here has seen before. ERR_LOG_MALFORMED, ERR_LOG_INCONSISTENT. */
export const acceptFirstHead = ({ head }: LogClaim, publicKey: Buffer): SignedHead =>
  verifySignedHead(head, publicKey)

/**
 * The claimed head, if the log has only grown since `known`, or a restore that the log itself
 * holds explains the difference. ERR_LOG_MALFORMED, ERR_LOG_INCONSISTENT.
 */
export const acceptNextHead = (
  known: TreeHead,
  claim: LogClaim,
  publicKey: Buffer,
): WitnessedHead => {
  const signed = verifySignedHead(claim.head, publicKey)
  const { head } = signed
  if (head.storeId !== known.storeId)
    throw inconsistent('the head is of another store than the one that this node joined')
  if (head.epoch < known.epoch)
    throw inconsistent(`the CA is back in epoch ${head.epoch}, after epoch ${known.epoch}`)
  const restoredFrom = cutSince(known, head, claim)
  if (restoredFrom) return { signed, restoredFrom }
  if (!isConsistent(known, head, hashesOf(claim.consistency)))
    throw inconsistent(
      `the log of ${head.size} entries does not hold the ${known.size} that this node had seen`,
    )
  return { signed }
}

/** The restore that cut the known log off, if one did: its epoch began from fewer entries. */
const cutSince = (
  known: TreeHead,
  head: TreeHead,
  { epochs }: LogClaim,
): EpochStart['previous'] | undefined => {
  if (head.epoch === known.epoch) return undefined
  const starts = epochs.map((proven) => verifyEpochStart(proven, head))
  const isUnbroken = starts.every(
    ({ epoch, previous }, index) =>
      epoch > known.epoch &&
      previous.epoch < epoch &&
      // One backup may be restored twice, so the first may go back behind the known epoch.
      (index === 0 ? previous.epoch <= known.epoch : previous.epoch === starts[index - 1]?.epoch),
  )
  if (!isUnbroken || starts.at(-1)?.epoch !== head.epoch)
    throw inconsistent(`nothing in the log leads from epoch ${known.epoch} to ${head.epoch}`)
  return starts
    .map(({ previous }) => previous)
    .find(({ epoch, size }) => epoch < known.epoch || size < known.size)
}

/** The kind of the entry about a certificate; its body has the SHA-256 of the DER. */
export const CERTIFICATE_ISSUED = 'certificate-issued'

/** ERR_LOG_UNPROVEN unless the head holds an entry that says this certificate was issued. */
export const requireLogged = (
  { entry: text, inclusion }: Pick<LogReceipt, 'entry' | 'inclusion'>,
  head: TreeHead,
  fingerprint: string,
): void => {
  const { sequence, kind, body } = parseLogEntry(text)
  const leaf = hashLeaf(Buffer.from(text, 'utf8'))
  const root = rootFromInclusion(leaf, sequence - 1, head.size, hashesOf(inclusion))
  if (kind !== CERTIFICATE_ISSUED || body['fingerprint'] !== fingerprint)
    throw unproven('the entry of the log is about another certificate')
  if (!root?.equals(head.root)) throw unproven('the entry about the certificate is not in the log')
}

const unproven = (message: string) => new EasycertsError('ERR_LOG_UNPROVEN', message)

const inconsistent = (message: string) => new EasycertsError('ERR_LOG_INCONSISTENT', message)
