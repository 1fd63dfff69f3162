/** What may have become of a certificate; light, for the command line loads it for --help. */
export const CERTIFICATE_STATES = ['issued', 'expired', 'revoked', 'intended', 'abandoned'] as const
