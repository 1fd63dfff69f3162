import type { Extension } from '@easycerts/shared/x509'
import type { NameEntry } from '../sign-request/index.ts'

/** One element of `names`, with what stands behind the others in a subject. */
export interface RequestedName extends NameEntry {
  readonly email: string
  /** Dotted identifiers and their values. */
  readonly attributes: readonly (readonly [oid: string, value: string])[]
}

/** What the new CA is to be. Durations are as written. */
export interface RequestedCa {
  readonly expiry: string
  readonly backdate: string
  readonly pathLength: number
  readonly isPathLengthZero: boolean
}

/** cfssl's JSON of a certificate request: what newkey, newcert and init_ca are asked for. */
export interface KeyRequest {
  readonly commonName: string
  readonly names: readonly RequestedName[]
  readonly hosts: readonly string[]
  readonly key: { readonly algorithm: string; readonly size: number }
  readonly ca: RequestedCa | undefined
  readonly serialNumber: string
  readonly isDelegationEnabled: boolean
  readonly extensions: readonly Extension[]
  readonly crlUrl: string
}

const DEFAULT_KEY = { algorithm: 'ecdsa', size: 256 }

export const EMPTY_KEY_REQUEST: KeyRequest = {
  commonName: '',
  names: [],
  hosts: [],
  key: DEFAULT_KEY,
  ca: undefined,
  serialNumber: '',
  isDelegationEnabled: false,
  extensions: [],
  crlUrl: '',
}
