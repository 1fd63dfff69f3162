import type { SigningConfig } from '@easycerts/cfssl/signing-config'
import type { LegacyKey, LegacySwitch } from '@easycerts/shared/issuance'
import type { SigningKey } from '@easycerts/shared/key'
import type { Duration } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import type { Authority, Issuer, KeyedMutex, RevocationChannels } from '../authority/index.ts'

/** What is behind one label: an issuer, what its profiles say, and whom it serves (multirootca's `nets`). */
export interface LegacyRoot {
  readonly label: string
  readonly issuer: Issuer
  readonly signing: SigningConfig
  /** Ranges; undefined: everybody. */
  readonly networks: readonly string[] | undefined
}

/** Who signs what `ocspsign` is asked to. */
export interface LegacyOcspSigner {
  readonly certificate: Certificate
  readonly key: SigningKey
  /** From thisUpdate to nextUpdate. */
  readonly interval: Duration
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
  /** Of authenticated requests: two that are the same at one instant get one certificate. */
  readonly sameRequests: KeyedMutex
  /** Where a revocation is told; `revoke` needs it. */
  readonly channels?: RevocationChannels
  /** Absent: `ocspsign` is closed, as cfssl's is without -responder. */
  readonly ocsp?: LegacyOcspSigner
  /** What its files say that is not what it seems; for the log. */
  readonly notes?: readonly string[]
  /** Special ranges that scan, bundle and certinfo may reach. */
  readonly outbound?: readonly string[]
}
