import type { Brand } from '../encoding/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { signersOf, type TrustVersion } from './sign-trust.ts'
import type { TrustDocument } from './trust-document.ts'
import type { TrustKeyEntry } from './trust-entry.ts'

/** A version that a node may act on: made by `acceptFirstTrust`, `walkTrust` and `recallTrust` alone. */
export type AcceptedTrust = Brand<TrustVersion, 'AcceptedTrust'>

export type TrustRefusal = Extract<
  ErrorCode,
  'ERR_TRUST_ROLLED_BACK' | 'ERR_TRUST_FORKED' | 'ERR_TRUST_UNPROVEN'
>

/** What a node makes of a version that the CA shows. */
export type TrustStep =
  | { readonly kind: 'accepted'; readonly trust: AcceptedTrust }
  /** The very octets that are known. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly code: TrustRefusal; readonly reason: string }

const refuse = (code: TrustRefusal, reason: string): TrustStep => ({
  kind: 'refused',
  code,
  reason,
})

/**
 * One step, forward only: to the version that follows in the same epoch, or after a restore of the
 * CA to a higher one of a higher epoch; signed by a key that the known version calls active and by
 * one that the next does.
 */
export const walkTrust = (known: AcceptedTrust, next: TrustVersion): TrustStep => {
  if (next.octets.equals(known.octets)) return { kind: 'same' }
  const [from, to] = [known.document, next.document]
  if (to.cluster.id !== from.cluster.id)
    return refuse('ERR_TRUST_UNPROVEN', 'the trust document is of another cluster')
  if (to.epoch < from.epoch || to.version < from.version)
    return refuse(
      'ERR_TRUST_ROLLED_BACK',
      `${describeTrust(to)} is older than ${describeTrust(from)}`,
    )
  if (!isSignedByActive(next, from) || !isSignedByActive(next, to))
    return refuse('ERR_TRUST_UNPROVEN', `no key that may has signed ${describeTrust(to)}`)
  if (to.version === from.version)
    return refuse('ERR_TRUST_FORKED', `there are two documents of ${describeTrust(to)}`)
  if (to.epoch === from.epoch && to.version !== from.version + 1)
    return refuse(
      'ERR_TRUST_UNPROVEN',
      `a version between ${from.version} and ${to.version} is held back`,
    )
  return { kind: 'accepted', trust: next as AcceptedTrust }
}

/** A version out of this node's own memory: refused if it is not even signed by its own keys. */
export const recallTrust = (kept: TrustVersion): TrustStep =>
  isSignedByActive(kept, kept.document)
    ? { kind: 'accepted', trust: kept as AcceptedTrust }
    : refuse('ERR_TRUST_UNPROVEN', `no key of ${describeTrust(kept.document)} has signed it`)

const activeKeysOf = ({ trustKeys }: TrustDocument): TrustKeyEntry[] =>
  trustKeys.filter(({ state }) => state === 'active')

const isSignedByActive = (version: TrustVersion, document: TrustDocument): boolean =>
  signersOf(version, activeKeysOf(document)).length > 0

/** 'version 3 of epoch 1', for messages. */
export const describeTrust = ({
  version,
  epoch,
}: Pick<TrustDocument, 'version' | 'epoch'>): string => `version ${version} of epoch ${epoch}`
