import type { CertificateSpec } from '@easycerts/shared/certificate-spec'
import type { ExportableKey } from '@easycerts/shared/key'
import type { SpecChange } from '@easycerts/shared/renewal'
import type { Certificate } from '@easycerts/shared/x509'
import { usageObjection } from './check-issued.ts'

/** What lies on the disk, and by which profile it was asked for, if that is known. */
export interface MadeBySpec {
  readonly key: Pick<ExportableKey, 'algorithm'> | undefined
  readonly profile: string | undefined
  readonly certificate: Pick<Certificate, 'extendedKeyUsage'> | undefined
}

/**
 * What of a spec a certificate does not meet any more. A key is compared by what it is and a profile
 * by what was asked for; a usage that is missing in a CA's answer keeps that from being published. So
 * nothing here is true of what was just renewed, and no certificate is asked for without end.
 */
export const specChangeOf = (
  { profile, key }: Pick<CertificateSpec, 'profile' | 'key'>,
  made: MadeBySpec,
): SpecChange | undefined => {
  if (made.profile !== undefined && made.profile !== profile) return 'profile-changed'
  if (made.key !== undefined && made.key.algorithm !== key.algorithm) return 'key-changed'
  // One without any is for every use (RFC 5280 §4.2.1.12): no CA of ours makes it, and a node may bring it.
  const isForAll = made.certificate?.extendedKeyUsage === undefined
  return made.certificate && !isForAll && usageObjection(made.certificate, profile) !== undefined
    ? 'usage-changed'
    : undefined
}
