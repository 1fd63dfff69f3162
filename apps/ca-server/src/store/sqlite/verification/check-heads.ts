import { isEasycertsError } from '@easycerts/shared/errors'
import { parseSignedHead, type TreeHead, verifySignedHead } from '@easycerts/shared/issuance-log'
import { type CompactRange, rootOfRange } from '@easycerts/shared/merkle-log'
import type { DifferenceList } from './difference.ts'
import type { WalkedLog } from './walk-log.ts'

/** A head that somebody kept elsewhere. */
export interface KeptHead {
  /** For messages: the file that it came from. */
  readonly name: string
  readonly text: string
}

export interface LogName {
  readonly storeId: string
  readonly epoch: number
  /** SPKI DER. */
  readonly publicKey: Buffer
}

export interface CheckedHead {
  readonly name: string
  readonly epoch: number
  readonly size: number
  /** restored: a restore that the log holds cut off entries that this head had seen. */
  readonly state: 'holds' | 'restored' | 'broken'
}

/** Whether the log goes on from each of the heads. ERR_LOG_MALFORMED for what is no head. */
export const createHeadCheck = (kept: readonly KeptHead[], differences: DifferenceList) => {
  const heads = kept.map(({ name, text }) => ({ name, text, head: parseSignedHead(text).head }))
  const roots = new Map<number, Buffer | undefined>(heads.map(({ head }) => [head.size, undefined]))
  const note = (range: CompactRange): void => {
    if (roots.has(range.size)) roots.set(range.size, rootOfRange(range))
  }
  note({ size: 0, hashes: [] })
  return {
    onGrown: note,
    atEnd: (log: LogName, { range, epochs }: WalkedLog): CheckedHead[] =>
      heads.map(({ name, text, head }) => {
        const { epoch, size } = head
        const isCut = epochs.some(
          (start) =>
            start.epoch > epoch && (start.previous.epoch < epoch || start.previous.size < size),
        )
        const problem =
          problemOfSignature(text, head, log) ??
          (isCut ? undefined : problemOfRoot(head, roots.get(size), range.size))
        if (problem !== undefined) differences.add('head', name, problem)
        const state = problem !== undefined ? 'broken' : isCut ? 'restored' : 'holds'
        return { name, epoch, size, state }
      }),
  }
}

const problemOfSignature = (text: string, head: TreeHead, log: LogName): string | undefined => {
  if (head.storeId !== log.storeId) return 'the head is of another CA'
  if (head.epoch > log.epoch)
    return `the head is of epoch ${head.epoch}, which began after these records`
  try {
    verifySignedHead(text, log.publicKey)
    return undefined
  } catch (error) {
    if (isEasycertsError(error)) return 'the head is not signed by the key that the records name'
    throw error
  }
}

const problemOfRoot = (
  head: TreeHead,
  root: Buffer | undefined,
  size: number,
): string | undefined => {
  if (head.size > size) return `the log has ${size} entries, and had ${head.size}`
  return root?.equals(head.root)
    ? undefined
    : `the first ${head.size} entries are not what they were`
}
