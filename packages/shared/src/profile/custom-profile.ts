import type { Role } from '../cluster/index.ts'
import type { KeyAlgorithm } from '../key/index.ts'
import type { Duration } from '../time/index.ts'
import type { IssuerPurpose } from './issuer-purpose.ts'
import type { CertificateUsage, Profile } from './profile.ts'
import { profileOfRow } from './profile-row.ts'
import type { RequesterKind } from './requester-kind.ts'
import type { RevocationPolicy } from './revocation-policy.ts'

/** Requesters that an operator may admit to a profile of their own. */
export const CUSTOM_REQUESTERS = [
  'operator',
  'operator-certificate',
  'legacy',
] as const satisfies readonly RequesterKind[]

/** The front-proxy CA signs for kube-apiserver alone, and the enrolment CA for easycerts alone. */
export const CUSTOM_ISSUERS = ['cluster', 'etcd'] as const satisfies readonly IssuerPurpose[]

export const CUSTOM_USAGES = [
  'client',
  'server',
  'peer',
] as const satisfies readonly CertificateUsage[]

/** A profile as an operator writes it, its fields checked one by one. */
export interface CustomProfile {
  readonly name: string
  readonly issuer?: (typeof CUSTOM_ISSUERS)[number] | undefined
  readonly usage: (typeof CUSTOM_USAGES)[number]
  readonly commonName: string
  readonly organizations?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  readonly roles?: readonly Role[] | undefined
  readonly requesters?: readonly (typeof CUSTOM_REQUESTERS)[number][] | undefined
  readonly life?: Duration | undefined
  readonly keyAlgorithms?: readonly KeyAlgorithm[] | undefined
  readonly revocation?: RevocationPolicy | undefined
}

/** What an operator may change of a profile that is built in. */
export interface ProfileOverride {
  readonly name: string
  readonly life?: Duration | undefined
  readonly keyAlgorithms?: readonly KeyAlgorithm[] | undefined
  readonly revocation?: RevocationPolicy | undefined
}

export const buildCustomProfile = ({ name, life, ...fields }: CustomProfile): Profile => ({
  ...profileOfRow(name, { usage: fields.usage, commonName: fields.commonName, isCustom: true }),
  ...withoutUndefined(fields),
  ...ownLife(life),
})

export const overrideProfile = (
  profile: Profile,
  { life, keyAlgorithms, revocation }: ProfileOverride,
): Profile => ({
  ...profile,
  ...withoutUndefined({ keyAlgorithms, revocation }),
  ...ownLife(life),
})

const ownLife = (life: Duration | undefined): Partial<Profile> =>
  life === undefined ? {} : { life, lifeFrom: 'own' }

type Defined<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

const withoutUndefined = <Fields extends object>(fields: Fields): Defined<Fields> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>
