import { EasycertsError } from '@easycerts/shared/errors'
import {
  type LogClaim,
  parseEpochStart,
  parseLogEntry,
  parseSignedHead,
  type ProvenEntry,
  type SignedHead,
  textsOfHashes,
  verifySignedHead,
} from '@easycerts/shared/issuance-log'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import { proveConsistency, proveInclusion, rootAt } from './log-proofs.ts'
import type { Reading } from './store/index.ts'

/** Who showed a head, for the alarm. */
export interface Witness {
  /** Actor of the entry. */
  readonly actor: string
  /** Text of the highest head that the witness has seen, if it has seen one. */
  readonly shown: string | undefined
}

export interface Claimed {
  readonly claim: LogClaim
  /** Of the claim's head. */
  readonly size: number
}

/**
 * The head of now, with the proof that it continues the shown one. A head of ours that is not in
 * our history is a fork or a rollback: it is recorded as an alarm and refused.
 * ERR_LOG_MALFORMED, ERR_LOG_INCONSISTENT.
 */
export const claimOf = async (
  authority: Authority,
  { actor, shown }: Witness,
): Promise<Claimed> => {
  const known = shown === undefined ? undefined : parseSignedHead(shown)
  const claimed = await authority.store.read(async (reading) => {
    const { head, text } = authority.log.headOf(await reading.logTree())
    const { size } = head
    if (!known) return { size, claim: { head: text, consistency: [], epochs: [] } }
    const continued = await continuationOf(authority, reading, known, size)
    return continued && { size, claim: { head: text, ...continued } }
  })
  return claimed ?? refuse(authority, actor, known)
}

/** undefined where our history does not hold the known head. */
const continuationOf = async (
  { log }: Authority,
  reading: Reading,
  { head: known }: SignedHead,
  size: number,
): Promise<Omit<LogClaim, 'head'> | undefined> => {
  if (known.storeId !== log.storeId || known.epoch > log.epoch) return undefined
  const epochs = known.epoch < log.epoch ? await listStarts(reading, known.epoch) : []
  // Entries that a restore cut off cannot be shown; the new epoch says so in their place.
  const isCut = epochs.some(
    ({ previous }) => previous.epoch < known.epoch || previous.size < known.size,
  )
  const proven = await Promise.all(epochs.map(({ sequence }) => prove(reading, sequence, size)))
  if (isCut) return { consistency: [], epochs: proven }
  if (known.size > size || !(await rootAt(reading, known.size)).equals(known.root)) return undefined
  const consistency = textsOfHashes(await proveConsistency(reading, known.size, size))
  return { consistency, epochs: proven }
}

const listStarts = async (reading: Reading, after: number) =>
  (await reading.listEpochStarts())
    .map(parseLogEntry)
    .map(({ sequence, body }) => ({ sequence, ...parseEpochStart(body) }))
    .filter(({ epoch }) => epoch > after)

const prove = async (reading: Reading, sequence: number, size: number): Promise<ProvenEntry> => ({
  entry: (await reading.findLogEntry(sequence)) ?? '',
  inclusion: textsOfHashes(await proveInclusion(reading, sequence - 1, size)),
})

/** Alarms of one node about one head say nothing new; a bound on what a node can make us write. */
const MAX_REMEMBERED = 1000
const remembered = new WeakMap<Authority['log'], Set<string>>()

const refuse = async (
  authority: Authority,
  actor: string,
  known: SignedHead | undefined,
): Promise<never> => {
  const { log, store } = authority
  if (!known) throw new TypeError('a head that nobody showed was refused')
  // What we did not sign is no fork of ours: this throws.
  verifySignedHead(known.text, log.publicKey)
  const seen = remembered.get(log) ?? new Set()
  remembered.set(log, seen)
  if (!seen.has(known.text) && seen.size < MAX_REMEMBERED) {
    seen.add(known.text)
    const { epoch, size, root } = known.head
    const shown = { epoch, size, root: root.toString('base64') }
    await store.transact((writing) =>
      writing.appendLog(actorAt(authority, 'log-contested', actor, { shown, text: known.text })),
    )
  }
  throw new EasycertsError(
    'ERR_LOG_INCONSISTENT',
    `the log of this CA does not hold the ${known.head.size} entries that were shown to it`,
  )
}
