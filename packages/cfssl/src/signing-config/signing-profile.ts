import type { Duration } from '@easycerts/shared/time'
import type { AuthKey } from './auth-key.ts'
import type { NamePattern } from './name-pattern.ts'

/** Which parts of a request a certificate may take over (`CSRWhitelist`). */
export interface RequestWhitelist {
  readonly subject: boolean
  readonly publicKey: boolean
  readonly dnsNames: boolean
  readonly ipAddresses: boolean
  readonly emailAddresses: boolean
  readonly uris: boolean
}

/** A certificate policy with its qualifiers (RFC 5280 §4.2.1.4). */
export interface CertificatePolicy {
  /** Dotted. */
  readonly id: string
  readonly qualifiers: readonly {
    readonly type: 'id-qt-cps' | 'id-qt-unotice'
    readonly value: string
  }[]
}

/** One signing profile of cfssl's configuration. Fields that fall back to the default's do so here already. */
export interface SigningProfile {
  /** 'default' for `signing.default`. */
  readonly name: string
  /** As written, in their order; unknown ones too, for `info` tells them. */
  readonly usages: readonly string[]
  readonly expiry: Duration
  /** As written ('8760h'), which is what `info` tells. */
  readonly expiryText: string
  /** Undefined: cfssl's five minutes. */
  readonly backdate: Duration | undefined
  readonly notBefore: Date | undefined
  readonly notAfter: Date | undefined
  readonly issuerUrls: readonly string[]
  readonly ocspUrl: string
  readonly crlUrl: string
  readonly caConstraint: {
    readonly isCa: boolean
    readonly maxPathLength: number
    readonly isMaxPathLengthZero: boolean
  }
  readonly isOcspNoCheck: boolean
  /** The current one, then the previous one; none: whoever asks is served, if the door lets them. */
  readonly authKeys: readonly AuthKey[]
  /** Another CA that signs for this profile, by `auth_remote` or `remote`. */
  readonly remote: RemoteSigner | undefined
  readonly copiesExtensions: boolean
  /** Unanchored; over the common name, DNS names, e-mail addresses and URIs. */
  readonly nameWhitelist: NamePattern | undefined
  /** Dotted identifiers of extensions that a request may bring. */
  readonly allowedExtensions: readonly string[]
  readonly requestWhitelist: RequestWhitelist | undefined
  readonly clientProvidesSerialNumbers: boolean
  readonly policies: readonly CertificatePolicy[]
  /** `lint_error_level` is set: cfssl built with Go 1.17 and later then refuses every request. */
  readonly hasLint: boolean
}

export interface RemoteSigner {
  /** 'host:port', or a list with commas, as `remotes` says. */
  readonly remote: string
  /** Absent: it signs for whoever asks. */
  readonly authKey: AuthKey | undefined
}

/** `signing` of a configuration of cfssl. */
export interface SigningConfig {
  readonly default: SigningProfile
  readonly profiles: ReadonlyMap<string, SigningProfile>
}
