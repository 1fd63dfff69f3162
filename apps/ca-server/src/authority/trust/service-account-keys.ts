import { decodePem, encodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { refusal } from '@easycerts/shared/issuance'
import { parsePublicKey, type PublicKey } from '@easycerts/shared/key'
import { addDuration, hours } from '@easycerts/shared/time'
import { trustKeyIdOf } from '@easycerts/shared/trust'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { requireGoodClock } from '../held-clock.ts'
import type { NodeRequester } from '../identify-node.ts'
import { requireCurrent, requireStillCurrent } from '../identities.ts'
import type { ServiceAccountKeyRow, Writing } from '../store/index.ts'
import { publishTrust } from './publish-trust.ts'

/** Of one master: the key that it has, and the one whose tokens are still about. */
const MAX_LIVING = 2
/** A living key is pushed out no sooner, so that nobody makes versions without end. */
const MIN_LIFE = hours(1)

/** What the trust document calls the key, and the newest version, which lists it. */
export interface ToldKey {
  readonly id: string
  readonly trustVersion: number
}

/**
 * Makes a master's key for service-account tokens known to all: the newest of its keys is
 * distributed, the one before is retiring, older ones are in no document. The newest one again
 * changes nothing.
 */
export const tellServiceAccountKey = async (
  authority: Authority,
  requester: NodeRequester,
  pem: string,
): Promise<ToldKey> => {
  const { node } = requester
  requireCurrent(requester)
  if (node.role !== 'master')
    throw refusal(
      'ERR_REQUESTER_NOT_PERMITTED',
      'service-account-key-of-master',
      `node ${node.name} is a ${node.role}: masters alone sign service-account tokens`,
    )
  await requireGoodClock(authority)
  const { spki } = parseTokenKey(authority, pem)
  const id = trustKeyIdOf(spki)
  const actor = `node ${node.name}`
  return authority.store.transact(async (writing) => {
    await requireStillCurrent(writing, requester)
    if (await takeKey(authority, writing, { node: node.name, id, spki })) {
      const body = { node: node.name, key: id }
      await writing.appendLog(actorAt(authority, 'service-account-key-told', actor, body))
    }
    const { version } = await publishTrust(authority, writing, actor)
    return { id: `${node.name}-${id}`, trustVersion: version }
  })
}

/** What kube-apiserver verifies tokens with: RSA or ECDSA. ERR_CSR_KEY_REJECTED, ERR_PEM_MALFORMED. */
const parseTokenKey = ({ policy }: Authority, pem: string): PublicKey => {
  const key = parsePublicKey(decodePem('PUBLIC KEY', pem), policy.current().knownBadKeys)
  if (key.algorithm === 'ed25519')
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'Kubernetes signs no tokens with Ed25519')
  return key
}

/** Whether anything changed. */
const takeKey = async (
  { clock }: Authority,
  writing: Writing,
  { node, id, spki }: { readonly node: string; readonly id: string; readonly spki: Buffer },
): Promise<boolean> => {
  const rows = await writing.listServiceAccountKeysOf(node)
  const [newest] = rows
  if (newest?.id === id && newest.state === 'distributed') return false
  const now = clock()
  const others = rows.filter((row) => row.id !== id && row.state !== 'retired')
  refuseHaste(others, now)
  for (const [index, other] of others.entries())
    await writing.setServiceAccountKeyState(
      node,
      other.id,
      index < MAX_LIVING - 1 ? 'retiring' : 'retired',
    )
  const publicKey = encodePem('PUBLIC KEY', spki)
  await writing.putServiceAccountKey({
    ...{ node, id, publicKey },
    state: 'distributed',
    toldAt: now.toISOString(),
  })
  return true
}

const refuseHaste = (living: readonly ServiceAccountKeyRow[], now: Date): void => {
  const pushedOut = living.slice(MAX_LIVING - 1)
  if (pushedOut.some(({ toldAt }) => addDuration(new Date(toldAt), MIN_LIFE) > now))
    throw new EasycertsError(
      'ERR_RATE_LIMITED',
      'this master has told two other keys within the last hour',
    )
}

/** For a node that is gone, in the work that removes it: what it signed is believed no longer. */
export const forgetServiceAccountKeys = async (
  authority: Authority,
  writing: Writing,
  node: string,
  actor: string,
): Promise<void> => {
  const keys = await writing.listServiceAccountKeysOf(node)
  if (keys.some(({ state }) => state !== 'retired')) await publishTrust(authority, writing, actor)
}
