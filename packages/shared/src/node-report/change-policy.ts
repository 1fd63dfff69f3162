import { type Host, isInCidr, type Role } from '../cluster/index.ts'
import { hours } from '../time/index.ts'
import type { HostChange } from './host-change.ts'

export const ADDRESS_CHANGES = ['refuse', 'ask', 'allow'] as const

/** What becomes of a change of addresses that a node reports. */
export interface NodeChangePolicy {
  /** refuse: nothing; ask: an operator decides; allow: done, within bounds, and else asked. */
  readonly addressChanges: (typeof ADDRESS_CHANGES)[number]
  /** Ranges of addresses that need no operator. */
  readonly allowedNetworks: readonly string[]
}

export interface ChangeSituation {
  readonly role: Role
  readonly change: HostChange
  /** What the node would have. */
  readonly after: readonly Host[]
  /** Reported hosts that the node may not have. */
  readonly refused: number
  /** When policy last changed this node by itself. */
  readonly lastAllowedAt: Date | undefined
  readonly now: Date
}

export type ChangeDecision =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'allow' }
  | { readonly kind: 'ask'; readonly why: string }

/** An address that comes and goes must not have certificates made each time. */
const CALM = hours(1)

/** Reasons for an operator, in the order in which they are told. */
const REASONS: readonly (readonly [
  why: string,
  holds: (situation: ChangeSituation, policy: NodeChangePolicy) => boolean,
])[] = [
  ['policy asks', (_, { addressChanges }) => addressChanges === 'ask'],
  ['it is a master', ({ role }) => role === 'master'],
  ['other addresses were refused', ({ refused }) => refused > 0],
  [
    'a name changes',
    ({ change }) => [...change.added, ...change.gone].some(({ kind }) => kind === 'dns'),
  ],
  [
    'outside allowedNetworks',
    ({ change }, { allowedNetworks }) =>
      !change.added.every(({ value }) => allowedNetworks.some((range) => isInCidr(value, range))),
  ],
  ['no address would be left', ({ after }) => !after.some(({ kind }) => kind === 'ip')],
  [
    'it changed less than an hour ago',
    // A clock that was set back counts as a short while, too.
    ({ lastAllowedAt, now }) =>
      lastAllowedAt !== undefined && now.getTime() - lastAllowedAt.getTime() < CALM,
  ],
]

/** Deny by default: only a change with no reason against it is made without an operator. */
export const decideChange = (
  situation: ChangeSituation,
  policy: NodeChangePolicy,
): ChangeDecision => {
  if (policy.addressChanges === 'refuse') return { kind: 'refuse' }
  const [why] = REASONS.find(([, holds]) => holds(situation, policy)) ?? []
  return why === undefined ? { kind: 'allow' } : { kind: 'ask', why }
}
