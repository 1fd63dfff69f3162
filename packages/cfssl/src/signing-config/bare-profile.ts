import type { SigningProfile } from './signing-profile.ts'

/** A profile that says nothing but what it must: what it is good for, and for how long. */
export const bareProfile = ({
  usages,
  expiry,
  expiryText,
}: Pick<SigningProfile, 'usages' | 'expiry' | 'expiryText'>): SigningProfile => ({
  name: 'default',
  usages,
  expiry,
  expiryText,
  backdate: undefined,
  notBefore: undefined,
  notAfter: undefined,
  issuerUrls: [],
  ocspUrl: '',
  crlUrl: '',
  caConstraint: { isCa: false, maxPathLength: 0, isMaxPathLengthZero: false },
  isOcspNoCheck: false,
  authKeys: [],
  remote: undefined,
  copiesExtensions: false,
  nameWhitelist: undefined,
  allowedExtensions: [],
  requestWhitelist: undefined,
  clientProvidesSerialNumbers: false,
  policies: [],
  hasLint: false,
})
