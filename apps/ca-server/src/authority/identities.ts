import { EasycertsError } from '@easycerts/shared/errors'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import type { NodeRequester } from './identify-node.ts'
import { issueCertificate } from './issue-certificate.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import { parseCsr } from './parse-csr.ts'
import { superseded } from './nodes/freeze-node.ts'
import { refusalOfState, requireGoodStanding } from './nodes/node-standing.ts'
import type { IdentityRow, NodeState, Writing } from './store/index.ts'

/** An identity that was never confirmed may only confirm itself and read. */
export const requireCurrent = ({ identity }: NodeRequester): void => {
  if (identity.state !== 'current')
    throw new EasycertsError(
      'ERR_IDENTITY_UNKNOWN',
      `the identity of node ${identity.node} is not confirmed yet`,
      {
        hint: 'confirm it first: node-join and certmgr do so by themselves',
      },
    )
}

const isStillCurrent = async (
  writing: Writing,
  { identity }: Pick<NodeRequester, 'identity'>,
): Promise<boolean> => {
  const fresh = await writing.findIdentity(identity.fingerprint)
  return (
    fresh?.state === 'current' &&
    fresh.revokedAt === null &&
    refusalOfState(fresh.node, fresh.nodeState) === undefined
  )
}

/** The same inside the transaction that lets a signature happen: the look-up was a moment ago. */
export const requireStillCurrent = async (
  writing: Writing,
  requester: NodeRequester,
): Promise<void> => {
  if (await isStillCurrent(writing, requester)) return
  requireGoodStanding(requester.node.name, await stateOfNode(writing, requester))
  throw superseded(requester.identity)
}

const stateOfNode = async (
  writing: Writing,
  { node }: Pick<NodeRequester, 'node'>,
): Promise<NodeState | null> => (await writing.findNode(node.name))?.state ?? null

/**
 * Whether what was signed for a node may be handed out, asked with its record: its node may have been
 * shut out during the signature. ERR_NODE_QUARANTINED, ERR_IDENTITY_FORKED, ERR_NODE_REMOVED.
 */
export const refusalSince = async (
  writing: Writing,
  requester: Pick<NodeRequester, 'node'>,
): Promise<EasycertsError | undefined> =>
  refusalOfState(requester.node.name, await stateOfNode(writing, requester))

/**
 * First phase of a renewal: a pending successor. The same key gets the same certificate again;
 * another key takes the pending one's place.
 */
export const renewIdentity = async (
  authority: Authority,
  mutex: KeyedMutex,
  requester: NodeRequester,
  csr: string,
): Promise<Certificate> => {
  requireCurrent(requester)
  return issueSuccessor(authority, mutex, requester, {
    csr,
    withIntent: (writing) => requireStillCurrent(writing, requester),
  })
}

export interface SuccessorWish {
  readonly csr: string
  /** What must hold for the successor, in the transaction that lets the signature happen. */
  readonly withIntent: (writing: Writing) => Promise<void>
}

/** The pending successor of an identity whose holder has proved itself. */
export const issueSuccessor = async (
  authority: Authority,
  mutex: KeyedMutex,
  requester: NodeRequester,
  { csr, withIntent }: SuccessorWish,
): Promise<Certificate> => {
  const request = parseCsr(authority, csr)
  const { node } = requester
  if (request.publicKey.pin === requester.identity.keyPin)
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'an identity is renewed with a new key')
  return mutex.run(`node ${node.name}`, async () => {
    const pending = await authority.store.read((reading) => reading.findPendingRenewal(node.name))
    if (pending?.keyPin === request.publicKey.pin && isAlive(authority, pending))
      return parseCertificate(pending.certificate)
    let refusal: EasycertsError | undefined
    const certificate = await issueCertificate(authority, {
      request,
      profile: 'node-identity',
      requester: { kind: 'node', node, fingerprint: requester.identity.fingerprint },
      withIntent,
      withRecord: async (writing, certificate) => {
        refusal = await refusalSince(writing, requester)
        // Retired while we signed: what is recorded must not take the place of what retired it.
        const isCurrent = await isStillCurrent(writing, requester)
        if (isCurrent) await endPending(authority, writing, node.name, 'superseded')
        await writing.addIdentity({
          fingerprint: certificate.fingerprint,
          node: node.name,
          certificate: certificate.der,
          keyPin: certificate.pin,
          ticketId: null,
          state: isCurrent ? 'pending' : 'ended',
          notAfter: certificate.validity.notAfter.toISOString(),
        })
      },
    })
    if (refusal) throw refusal
    return certificate
  })
}

const isAlive = ({ clock }: Authority, { notAfter }: IdentityRow): boolean =>
  new Date(notAfter) >= clock()

/** superseded: by another key of the same identity; ended: by an operator. */
export const endPending = async (
  authority: Authority,
  writing: Writing,
  node: string,
  state: 'superseded' | 'ended',
): Promise<void> => {
  const pending = await writing.findPendingRenewal(node)
  if (!pending) return
  await writing.setIdentityState(pending.fingerprint, state, authority.clock().toISOString())
  authority.displacements.note(pending.fingerprint)
  await writing.appendLog(
    actorAt(authority, 'identity-superseded', `node ${node}`, { fingerprint: pending.fingerprint }),
  )
}
