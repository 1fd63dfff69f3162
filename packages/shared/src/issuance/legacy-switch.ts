/** What of cfssl is insecure, each behind its own name; all are off unless ca-server.yaml lists them. */
export const LEGACY_SWITCHES = {
  'unauthenticated-sign':
    'sign: whoever reaches the port gets certificates of profiles without auth_key, with any subject but those of masters',
  'unauthenticated-newcert':
    'newcert: whoever reaches the port gets a key, over the network, and a certificate of any profile',
  'key-generation':
    'newkey, init_ca: whoever reaches the port has keys made here, which cross the network',
  'unauthenticated-revoke': 'revoke: whoever reaches the port revokes any certificate',
  'unauthenticated-certadd': 'certadd: whoever reaches the port adds certificates to the records',
  'foreign-crl': 'gencrl: a CA’s private key crosses the network in the request',
  'unauthenticated-ocspsign':
    'ocspsign: whoever reaches the port has any OCSP status signed for any certificate',
  'public-records':
    'certinfo, crl: whoever reaches the port reads certificates by their serial numbers, and who was revoked',
  'outbound-connections':
    'scan, bundle and certinfo of a domain: whoever reaches the port has this host connect wherever they like',
  'unknown-profile-is-default':
    'a profile that does not exist is the default one, as a typing error would have it',
  'client-serial-numbers': 'requests choose serial numbers, where the profile says so',
  'copied-extensions':
    'extensions of a request replace those of the profile, key usages among them',
  'ca-certificates': 'profiles with ca_constraint sign CAs below this one',
  'endless-replay': 'a captured request gets a new certificate each time, for ever',
} as const satisfies Readonly<Record<string, string>>

export type LegacySwitch = keyof typeof LEGACY_SWITCHES
