import {
  IDEMPOTENCY_HEADER,
  IDEMPOTENCY_KEY,
  REPEATABLE_BY_NATURE,
  type RouteName,
} from '@easycerts/shared/api'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  answerOnce,
  type Authority,
  type KeepAnswer,
  KeyedMutex,
  type RepeatableCall,
} from '../authority/index.ts'
import { peerFingerprintOf } from './peer-fingerprint.ts'

/** What repeating safely takes, for all routes of a listener. */
export interface Idempotency {
  readonly records: Pick<Authority, 'store' | 'clock'>
  /** Refuses whoever may not ask on this listener any more. */
  readonly authenticate: (request: FastifyRequest) => Promise<unknown>
}

interface Keeping extends Idempotency {
  readonly mutex: KeyedMutex
}

const keeping = new WeakMap<FastifyInstance, Keeping>()

/** From now on the routes of this server keep their answers under the key that the client sends. */
export const keepAnswers = (server: FastifyInstance, idempotency: Idempotency): void => {
  keeping.set(server, { ...idempotency, mutex: new KeyedMutex() })
}

const KEEP_NOTHING = (): Promise<void> => Promise.resolve()

/** Runs the work of a mutating route, or gives the answer that it gave to the same request before. */
export const runOnce = <Answer>(
  server: FastifyInstance,
  name: RouteName,
  request: FastifyRequest,
  work: (keep: KeepAnswer<Answer>) => Promise<Answer>,
): Promise<Answer> => {
  const call = repeatableCallOf(request)
  const kept = keeping.get(server)
  if (!call || !kept || REPEATABLE_BY_NATURE[name] !== undefined) return work(KEEP_NOTHING)
  return answerOnce(kept.records, kept.mutex, {
    call,
    authenticate: () => kept.authenticate(request),
    work,
  })
}

const LOCAL = 'local'

const repeatableCallOf = (request: FastifyRequest): RepeatableCall | undefined => {
  const key = request.headers[IDEMPOTENCY_HEADER]
  if (key === undefined || request.method === 'GET' || request.method === 'HEAD') return undefined
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key))
    throw new EasycertsError(
      'ERR_BODY_INVALID',
      'header "idempotency-key": expected 8 to 64 letters, digits, "_" and "-"',
    )
  const said = [request.method, request.url, JSON.stringify(request.body ?? null)]
  return {
    requester: peerFingerprintOf(request) ?? LOCAL,
    key,
    requestHash: sha256Hex(Buffer.from(said.join('\n'))),
  }
}
