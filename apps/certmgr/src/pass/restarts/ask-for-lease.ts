import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { addDuration } from '@easycerts/shared/time'
import type { LeaseAnswer } from '../../plan/index.ts'
import type { ToldMember } from '../../state/index.ts'
import type { CertmgrContext } from '../certmgr-context.ts'
import { openSession } from '../open-session.ts'

export interface AnsweredLease {
  readonly answer: LeaseAnswer
  /** The other members, if the CA told. */
  readonly members?: readonly ToldMember[]
}

/** A CA that says no to this node is there; all else is an absence, also of leases in an older CA. */
const DENIALS: ReadonlySet<string> = new Set([
  'ERR_REQUESTER_NOT_PERMITTED',
  'ERR_NODE_QUARANTINED',
  'ERR_NODE_REMOVED',
  'ERR_IDENTITY_REVOKED',
  'ERR_IDENTITY_FORKED',
  'ERR_IDENTITY_SUPERSEDED',
  'ERR_IDENTITY_UNKNOWN',
])

/** Asks for a lease, or for the one of this id to go on. Throws what denies it to this node. */
export const askForLease = async (
  context: CertmgrContext,
  component: string,
  id: string,
): Promise<AnsweredLease> => {
  try {
    return await withClient(context, async (client) => {
      const asked = context.clock()
      const reply = await client.takeLease({ component, lease: id })
      const { members } = reply
      if (reply.state === 'granted') {
        // Counted from before the question, so that a slow answer makes it shorter.
        const left = new Date(reply.expiresAt).getTime() - new Date(reply.time).getTime()
        return { answer: { kind: 'granted', expiresAt: addDuration(asked, left) }, members }
      }
      if (reply.state === 'ended') return { answer: { kind: 'ended', how: reply.how }, members }
      const holders = reply.holders.map(({ node, component: of }) => `${node} (${of})`)
      return { answer: { kind: 'refused', reason: reply.reason, holders }, members }
    })
  } catch (error) {
    if (isEasycertsError(error) && DENIALS.has(error.code))
      throw new EasycertsError('ERR_ACTION_FAILED', `the CA gives no lease: ${error.message}`, {
        cause: error,
        hint: error.hint,
      })
    return { answer: { kind: 'away' } }
  }
}

/** Gives a lease back; false if the CA did not hear of it. */
export const giveLeaseBack = async (
  context: CertmgrContext,
  component: string,
  id: string,
): Promise<boolean> => {
  try {
    await withClient(context, (client) => client.releaseLease({ component, lease: id }))
    return true
  } catch (error) {
    return isEasycertsError(error) && DENIALS.has(error.code)
  }
}

const withClient = async <Result>(
  { connect, store }: CertmgrContext,
  ask: (client: ReturnType<CertmgrContext['connect']>) => Promise<Result>,
): Promise<Result> => {
  const client = connect(openSession(store))
  try {
    return await ask(client)
  } finally {
    client.close()
  }
}
