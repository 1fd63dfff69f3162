import type { ClusterFacts, Host } from '@easycerts/shared/cluster'
import type { Profile } from '@easycerts/shared/profile'
import type { Clock, Duration } from '@easycerts/shared/time'
import type { Issuers } from './issuers.ts'
import type { Store } from './store/index.ts'

/** How long each kind of certificate lives. */
export interface Lifetimes {
  readonly certificates: Duration
  readonly identity: Duration
  readonly caServer: Duration
}

/** What every use case of the CA needs, put together once by `serve`. */
export interface Authority {
  readonly store: Store
  readonly issuers: Issuers
  readonly profiles: ReadonlyMap<string, Profile>
  readonly cluster: ClusterFacts
  readonly lifetimes: Lifetimes
  /** Names and addresses that nodes dial for the CA itself. */
  readonly hosts: readonly Host[]
  readonly joinEndpoints: readonly string[]
  readonly nodeEndpoints: readonly string[]
  readonly clock: Clock
  readonly random: (octets: number) => Buffer
}

export const actorAt = (
  authority: Authority,
  kind: string,
  actor: string,
  body: Record<string, unknown>,
) => ({
  at: authority.clock().toISOString(),
  kind,
  actor,
  body,
})

/** A profile's own life, unless the configuration sets one for its kind. */
export const lifeOf = ({ lifetimes }: Authority, profile: Profile): Duration => {
  const byName: Partial<Record<string, Duration>> = {
    'node-identity': lifetimes.identity,
    'ca-server': lifetimes.caServer,
    admin: profile.life,
  }
  return byName[profile.name] ?? lifetimes.certificates
}
