import {
  formatTrustDocument,
  nextTrust,
  parseTrustDocument,
  signTrust,
} from '@easycerts/shared/trust'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import type { TrustVersionRow, Writing } from '../store/index.ts'
import { trustContentOf } from './trust-content.ts'

/**
 * Makes the next version of the trust document in a work that may have changed what it says, and
 * none where there is nothing new to say. Returns the newest.
 */
export const publishTrust = async (
  authority: Authority,
  writing: Writing,
  actor: string,
): Promise<TrustVersionRow> => {
  await retireKeysOfGone(authority, writing, actor)
  const newest = await writing.findNewestTrust()
  const last = newest && parseTrustDocument(newest.document)
  const now = authority.clock()
  const next = nextTrust(last, await trustContentOf(authority, writing), now)
  if (!next) return newest ?? missing()
  const document = formatTrustDocument(next)
  // What a node would not read is not signed.
  const { version, epoch } = parseTrustDocument(document)
  const row = {
    version,
    epoch,
    document,
    signatures: signTrust(document, [authority.trustKey]),
    publishedAt: now.toISOString(),
  }
  await writing.addTrustVersion(row)
  const body = { version, epoch, previous: newest?.version ?? null, expiresAt: next.expiresAt }
  await writing.appendLog(actorAt(authority, 'trust-published', actor, body))
  return row
}

const missing = (): never => {
  throw new TypeError('a first trust document is always new')
}

/** The key of a master that is none any more signs for nobody, not even after its name comes back. */
const retireKeysOfGone = async (
  authority: Authority,
  writing: Writing,
  actor: string,
): Promise<void> => {
  for (const { node, id, isOfMaster } of await writing.listLivingServiceAccountKeys()) {
    if (isOfMaster) continue
    await writing.setServiceAccountKeyState(node, id, 'retired')
    const body = { node, key: id }
    await writing.appendLog(actorAt(authority, 'service-account-key-retired', actor, body))
  }
}
