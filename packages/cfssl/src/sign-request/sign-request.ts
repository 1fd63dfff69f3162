/** One element of `names`: a value for each attribute, empty where it says nothing. */
export interface NameEntry {
  readonly country: string
  readonly province: string
  readonly locality: string
  readonly organization: string
  readonly organizationalUnit: string
}

/** What stands in the place of the request's own subject, attribute by attribute. */
export interface SubjectOverride {
  readonly commonName: string
  readonly names: readonly NameEntry[]
  readonly serialNumber: string
}

/** An extension that a request wishes for; `value` is DER. */
export interface WishedExtension {
  /** Dotted. */
  readonly oid: string
  readonly critical: boolean
  readonly value: Buffer
}

/** What `sign` and `authsign` are asked for; nothing of it has been checked but its JSON. */
export interface SignRequest {
  /** In the place of the names of the request; undefined: those stay; empty: none. */
  readonly hosts: readonly string[] | undefined
  /** PEM, or what is said to be. */
  readonly certificateRequest: string
  readonly subject: SubjectOverride | undefined
  /** Empty: the default one. */
  readonly profile: string
  readonly label: string
  /** As written, with its sign. */
  readonly serial: bigint | undefined
  readonly bundle: boolean
}

/** What multirootca honours beside, and `cfssl serve` ignores. */
export interface SignerRequest extends SignRequest {
  readonly notBefore: Date | undefined
  readonly notAfter: Date | undefined
  /** Empty: the profile's own. */
  readonly crlOverride: string
  readonly extensions: readonly WishedExtension[]
  readonly returnPrecert: boolean
}
