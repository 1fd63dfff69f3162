import { EasycertsError } from '@easycerts/shared/errors'
import { addDuration, hours } from '@easycerts/shared/time'
import type { Authority } from './authority.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import type { AnswerRow, Writing } from './store/index.ts'

/** How long an answer is kept for a client that did not hear it. */
export const ANSWER_LIFE = hours(24)

export type RepeatableCall = Pick<AnswerRow, 'requester' | 'key' | 'requestHash'>

/** Makes the answer durable in the transaction of what it speaks of. */
export type KeepAnswer<Answer> = (writing: Writing, answer: Answer) => Promise<void>

interface Once<Answer> {
  readonly call: RepeatableCall
  /** Before an old answer is given again: who asked may have lost the right to it. */
  readonly authenticate: () => Promise<unknown>
  /** Keeps its answer itself, or else it is kept right after. Failures are not kept. */
  readonly work: (keep: KeepAnswer<Answer>) => Promise<Answer>
}

/**
 * Runs a work once for each key of a requester; whoever repeats the request gets the same answer
 * for 24 hours, and one that comes while the first still runs waits for it.
 * ERR_IDEMPOTENCY_KEY_REUSED for another request under the key.
 */
export const answerOnce = <Answer>(
  { store, clock }: Pick<Authority, 'store' | 'clock'>,
  mutex: KeyedMutex,
  { call, authenticate, work }: Once<Answer>,
): Promise<Answer> =>
  mutex.run(`${call.requester} ${call.key}`, async () => {
    const before = await store.read((reading) => reading.findAnswer(call.requester, call.key))
    if (before && addDuration(new Date(before.createdAt), ANSWER_LIFE) > clock()) {
      await authenticate()
      // Our own text, of an answer to the same request.
      return repeated(before, call) as Answer
    }
    const kept = new Set<Answer>()
    const keep: KeepAnswer<Answer> = async (writing, answer) => {
      const createdAt = clock().toISOString()
      await writing.putAnswer({ ...call, body: JSON.stringify(answer), createdAt })
      kept.add(answer)
    }
    const answer = await work(keep)
    if (kept.size === 0) await store.transact((writing) => keep(writing, answer))
    return answer
  })

const repeated = (before: AnswerRow, call: RepeatableCall): unknown => {
  if (before.requestHash !== call.requestHash)
    throw new EasycertsError(
      'ERR_IDEMPOTENCY_KEY_REUSED',
      `the idempotency key ${call.key} was used for another request`,
    )
  return JSON.parse(before.body) as unknown
}
