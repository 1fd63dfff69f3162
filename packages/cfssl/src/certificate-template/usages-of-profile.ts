import type { KeyUsage } from '@easycerts/shared/x509'
import { cfsslError } from '../protocol/index.ts'
import { EXTENDED_KEY_USAGE_NAMES, KEY_USAGE_NAMES } from '../signing-config/index.ts'

/** What the names of a profile mean; unknown ones mean nothing. CfsslFailure 5100 if none means anything. */
export const usagesOfProfile = ({ usages }: { readonly usages: readonly string[] }) => {
  const known = <Usage>(names: ReadonlyMap<string, Usage>): Usage[] =>
    usages.flatMap((usage) => names.get(usage) ?? [])
  const keyUsage: readonly KeyUsage[] = [...new Set(known(KEY_USAGE_NAMES))]
  const extendedKeyUsage: readonly string[] = known(EXTENDED_KEY_USAGE_NAMES)
  if (keyUsage.length + extendedKeyUsage.length === 0)
    throw cfsslError(5100, 'Invalid policy: no key usage available')
  return { keyUsage, extendedKeyUsage }
}
