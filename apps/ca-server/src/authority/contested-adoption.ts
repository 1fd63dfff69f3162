import { type EasycertsError, type ErrorCode, isEasycertsError } from '@easycerts/shared/errors'
import { type Certificate, formatName } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'

/** Refusals behind which another machine may stand that has the same name. */
const CONTESTS: readonly ErrorCode[] = [
  'ERR_IDENTITY_SUPERSEDED',
  'ERR_IDENTITY_REVOKED',
  'ERR_CSR_KEY_REJECTED',
  'ERR_TICKET_REVOKED',
  'ERR_NODE_EXISTS',
  // The enrolment issuer signed it and the log does not know it: its key may be in other hands.
  'ERR_LOG_INCONSISTENT',
]

/**
 * Adopts; where records or log speak against the identity, writes the attempt into the log (once an
 * hour for each identity). The refusal passes on.
 */
export const tellingContests = async <Result>(
  authority: Authority,
  certificate: Certificate,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (isEasycertsError(error) && CONTESTS.includes(error.code))
      await tell(authority, certificate, error)
    throw error
  }
}

const tell = async (
  authority: Authority,
  { fingerprint, serialNumber, subject }: Certificate,
  { code }: EasycertsError,
): Promise<void> => {
  const actor = `identity ${fingerprint}`
  const note = authority.adoptionAttempts.note(actor, authority.clock())
  if (!note.isNews) return
  const claimed = formatName(subject).slice(0, MAX_SUBJECT_LENGTH)
  const body = { serialNumber, fingerprint, claimed, code, earlierUnrecorded: note.unrecorded }
  await authority.store
    .transact((writing) => writing.appendLog(actorAt(authority, 'adoption-contested', actor, body)))
    // The refusal itself is the answer, also while nothing can be written.
    .catch(() => undefined)
}

const MAX_SUBJECT_LENGTH = 200
