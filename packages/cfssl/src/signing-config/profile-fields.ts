/** Keys of a configuration as cfssl's own structs have them, level by level. */
export const CONFIG_FIELDS = ['signing', 'ocsp', 'auth_keys', 'remotes']
export const SIGNING_FIELDS = ['profiles', 'default']
export const CA_CONSTRAINT_FIELDS = ['is_ca', 'max_path_len', 'max_path_len_zero']
export const AUTH_REMOTE_FIELDS = ['remote', 'auth_key']
export const POLICY_FIELDS = ['ID', 'Qualifiers']
export const QUALIFIER_FIELDS = ['Type', 'Value']

export const WHITELIST_FIELDS = [
  'Subject',
  'PublicKeyAlgorithm',
  'PublicKey',
  'SignatureAlgorithm',
  'DNSNames',
  'IPAddresses',
  'EmailAddresses',
  'URIs',
]

export const PROFILE_FIELDS = [
  'usages',
  'expiry',
  'backdate',
  'issuer_urls',
  'ocsp_url',
  'crl_url',
  'ca_constraint',
  'ocsp_no_check',
  'auth_key',
  'prev_auth_key',
  'remote',
  'auth_remote',
  'copy_extensions',
  'not_before',
  'not_after',
  'name_whitelist',
  'allowed_extensions',
  'ct_log_servers',
  'cert_store',
  'lint_error_level',
  'ignored_lints',
  'ignored_lint_sources',
  'Policies',
  'CSRWhitelist',
  'ClientProvidesSerialNumbers',
]

/** Names that `lint_error_level` may have; cfssl reads no number there. */
export const LINT_LEVELS = ['reserved', 'NA', 'NE', 'pass', 'info', 'warn', 'error', 'fatal']
