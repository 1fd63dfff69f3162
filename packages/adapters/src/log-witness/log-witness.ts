import { EasycertsError } from '@easycerts/shared/errors'
import {
  acceptFirstHead,
  acceptNextHead,
  hashesOf,
  type LogClaim,
  type LogReceipt,
  requireLogged,
  type SignedHead,
} from '@easycerts/shared/issuance-log'
import { isConsistent } from '@easycerts/shared/merkle-log'
import { saveReceipt } from './receipt-file.ts'
import { loadWitnessRecord, saveWitnessRecord, type WitnessRecord } from './witness-file.ts'

/** Asks the CA for the hashes that lead from one size of its log to another. */
export type ProveConsistency = (from: number, to: number) => Promise<readonly string[]>

/**
 * This node as a witness of the CA's log: it keeps the highest head that it has seen, and accepts
 * nothing of a CA whose log does not go on from there.
 */
export interface LogWitness {
  /** The head to show with a call; undefined before the first. */
  readonly shown: () => SignedHead | undefined
  /**
   * Takes what came with an answer to a call that showed `shown`. `publicKey` is trusted the first
   * time. ERR_LOG_INCONSISTENT, ERR_LOG_MALFORMED.
   */
  readonly accept: (
    shown: SignedHead | undefined,
    claim: LogClaim & { readonly publicKey?: string },
    prove: ProveConsistency,
  ) => Promise<SignedHead>
  /** The same with a certificate, which must be in the log: ERR_LOG_UNPROVEN. */
  readonly acceptReceipt: (
    shown: SignedHead | undefined,
    receipt: LogReceipt & { readonly publicKey?: string },
    fingerprint: string,
    prove: ProveConsistency,
  ) => Promise<void>
  /** Keeps the proof of an identity, for a CA that has forgotten it. */
  readonly keep: (fingerprint: string, receipt: LogReceipt) => Promise<void>
}

export interface WitnessOptions {
  readonly directory: string
  /** Told if the CA was restored from a backup that lacks entries which this node had seen. */
  readonly onRestored: (message: string) => void
}

export const openLogWitness = ({ directory, onRestored }: WitnessOptions): LogWitness => {
  let record: WitnessRecord | undefined
  let isLoaded = false
  // At the first call, so that a damaged record fails that call.
  const known = (): WitnessRecord | undefined => {
    if (!isLoaded) record = loadWitnessRecord(directory)
    isLoaded = true
    return record
  }
  const inTurn = createQueue()
  const accept: LogWitness['accept'] = (shown, claim, prove) =>
    inTurn(async () => {
      const publicKey = keyOf(known(), claim.publicKey)
      const signed = shown
        ? next(shown, claim, publicKey, onRestored)
        : acceptFirstHead(claim, publicKey)
      const before = known()?.signed
      if (before && !isNewer(signed, before)) await requireOneHistory(signed, before, prove)
      else {
        await saveWitnessRecord(directory, { publicKey, signed })
        record = { publicKey, signed }
      }
      return signed
    })
  return {
    shown: () => known()?.signed,
    accept,
    acceptReceipt: async (shown, receipt, fingerprint, prove) => {
      const { head } = await accept(shown, receipt, prove)
      requireLogged(receipt, head, fingerprint)
    },
    keep: (fingerprint, { head, consistency, epochs, entry, inclusion }) =>
      saveReceipt(directory, fingerprint, { head, consistency, epochs, entry, inclusion }),
  }
}

/** One after another: of two heads that arrive at once, the higher must be what stays. */
const createQueue = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const own = last.then(work)
    last = own.catch(() => undefined)
    return own
  }
}

/**
 * A join trusts anew what the ticket's pin vouches for; a log that this node knows already is held
 * to what it has seen.
 */
export const witnessJoin = async (
  directory: string,
  receipt: LogReceipt & { readonly publicKey: string },
  fingerprint: string,
): Promise<void> => {
  const publicKey = Buffer.from(receipt.publicKey, 'base64url')
  const signed = acceptFirstHead(receipt, publicKey)
  requireLogged(receipt, signed.head, fingerprint)
  const before = loadReadable(directory)
  const isSameLog =
    before?.publicKey.equals(publicKey) === true &&
    before.signed.head.storeId === signed.head.storeId
  if (!isSameLog) await saveWitnessRecord(directory, { publicKey, signed })
  await saveReceipt(directory, fingerprint, receipt)
}

/**
 * What comes with the identity of a node that returns: of the very log that it knows, and not
 * shorter; whether it goes on from there, the next call over mutual TLS proves.
 * ERR_LOG_INCONSISTENT, ERR_LOG_UNPROVEN.
 */
export const witnessReturn = async (
  directory: string,
  receipt: LogReceipt & { readonly publicKey: string },
  fingerprint: string,
): Promise<void> => {
  const known = loadWitnessRecord(directory)
  const signed = acceptFirstHead(receipt, keyOf(known, receipt.publicKey))
  requireLogged(receipt, signed.head, fingerprint)
  const before = known?.signed.head
  const isOther = before !== undefined && before.storeId !== signed.head.storeId
  if (isOther || (before && !isNewer(signed, known.signed) && before.size !== signed.head.size))
    throw inconsistent('the CA shows another log, or less of it, than this node has seen')
  await saveReceipt(directory, fingerprint, receipt)
}

/** A damaged record must not keep a join from making a new one. */
const loadReadable = (directory: string): WitnessRecord | undefined => {
  try {
    return loadWitnessRecord(directory)
  } catch {
    return undefined
  }
}

const keyOf = (known: WitnessRecord | undefined, given: string | undefined): Buffer => {
  const publicKey = given === undefined ? undefined : Buffer.from(given, 'base64url')
  if (known && publicKey && !known.publicKey.equals(publicKey))
    throw inconsistent('the CA signs its log with another key than the one that this node knows')
  const key = known?.publicKey ?? publicKey
  if (!key) throw inconsistent('this node does not know the key of the log yet')
  return key
}

const next = (
  { head }: SignedHead,
  claim: LogClaim,
  publicKey: Buffer,
  onRestored: (message: string) => void,
): SignedHead => {
  const { signed, restoredFrom } = acceptNextHead(head, claim, publicKey)
  if (restoredFrom)
    onRestored(
      `the CA was restored from a backup of ${restoredFrom.size} log entries; this node had seen ${head.size}`,
    )
  return signed
}

const isNewer = ({ head }: SignedHead, { head: known }: SignedHead): boolean =>
  head.epoch > known.epoch || (head.epoch === known.epoch && head.size > known.size)

/** Answers of calls that ran side by side arrive in any order; all heads must be of one history. */
const requireOneHistory = async (
  { head }: SignedHead,
  { head: known }: SignedHead,
  prove: ProveConsistency,
): Promise<void> => {
  if (head.epoch < known.epoch) return
  const proof = head.size === known.size ? [] : await prove(head.size, known.size)
  if (!isConsistent(head, known, hashesOf(proof)))
    throw inconsistent(`the CA showed two histories of ${head.size} and ${known.size} entries`)
}

const inconsistent = (message: string) => new EasycertsError('ERR_LOG_INCONSISTENT', message)
