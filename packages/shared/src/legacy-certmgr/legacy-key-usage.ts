/** Extended key usages by the names of cfssl. */
export const LEGACY_KEY_USAGES = [
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
] as const

export type LegacyKeyUsage = (typeof LEGACY_KEY_USAGES)[number]
