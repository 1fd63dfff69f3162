import type { LayoutName, NodeFacts } from '@easycerts/shared/cluster'
import type { KnownBadKeys } from '@easycerts/shared/key'
import type { NodeChangePolicy } from '@easycerts/shared/node-report'
import type { Profile } from '@easycerts/shared/profile'
import type { LeasePolicy } from '@easycerts/shared/restart-lease'
import type { AbsenceBounds } from './nodes/decide-return.ts'

/** The built-in list and the operator's own. */
export interface OperatorsBadKeys extends KnownBadKeys {
  /** Of the operator's file, hex; null without one. */
  readonly sha256: string | null
}

/** What is told of a description: where the node's files stand, and the rest as JSON. */
export interface ToldDescription {
  readonly layout: LayoutName
  readonly text: string
}

/** The operator's description of the cluster, as it was when it was read. */
export interface DescriptionInForce {
  /** Of the file, hex. */
  readonly sha256: string
  readonly layout: LayoutName
  /** What a node needs of it. */
  readonly tell: (node: NodeFacts) => ToldDescription
}

/** What the CA decides by and may change without a restart. Never changed: a reload makes a new one. */
export interface Policy {
  readonly profiles: ReadonlyMap<string, Profile>
  /** Keys that are certified for nobody. */
  readonly knownBadKeys: OperatorsBadKeys
  readonly nodeChanges: NodeChangePolicy
  /** For how long after its identity has expired a node may come back with it. */
  readonly absence: AbsenceBounds
  readonly restartLeases: LeasePolicy
  /** Absent where the operator has none. */
  readonly description?: DescriptionInForce | undefined
  /** SHA-256 of the configuration file that it came from, hex. */
  readonly sha256: string
}

/**
 * The one place where the policy in force stands. A decision takes `current()` once and rests on
 * that value; a replacement concerns the decisions that begin after it.
 */
export interface PolicyReference {
  readonly current: () => Policy
  readonly replace: (policy: Policy) => void
}

export const createPolicyReference = (first: Policy): PolicyReference => {
  let policy = first
  return {
    current: () => policy,
    replace: (next) => {
      policy = next
    },
  }
}

export const buildPolicy = (
  profiles: readonly Profile[],
  rest: Omit<Policy, 'profiles'>,
): Policy => ({
  ...rest,
  profiles: new Map(profiles.map((profile) => [profile.name, profile])),
})
