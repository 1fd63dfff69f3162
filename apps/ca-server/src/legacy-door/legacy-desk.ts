import type { SigningConfig } from '@easycerts/cfssl/signing-config'
import type { LegacyKey, LegacySwitch } from '@easycerts/shared/issuance'
import type { Authority, Issuer } from '../authority/index.ts'

/** What is behind one label: an issuer, what its profiles say, and whom it serves (multirootca's `nets`). */
export interface LegacyRoot {
  readonly label: string
  readonly issuer: Issuer
  readonly signing: SigningConfig
  /** Ranges; undefined: everybody. */
  readonly networks: readonly string[] | undefined
}

/** All that an endpoint of cfssl's API works with. */
export interface LegacyDesk {
  readonly authority: Authority
  /** The one without a label; `cfssl serve` has no other. */
  readonly root: LegacyRoot
  /** Not empty: the door speaks as multirootca does. */
  readonly labels: ReadonlyMap<string, LegacyRoot>
  /** What each auth key is worth, by its name in `auth_keys`; a key without a row is worth nothing. */
  readonly keys: ReadonlyMap<string, LegacyKey>
  readonly switches: ReadonlySet<LegacySwitch>
}
