import { cfsslError } from '@easycerts/cfssl/protocol'
import type { SigningProfile } from '@easycerts/cfssl/signing-config'
import type { LegacyDesk, LegacyRoot } from './legacy-desk.ts'

/** By its name; 'default' is also what a request without a name means. Undefined if there is none. */
export const findProfile = ({ signing }: LegacyRoot, name: string): SigningProfile | undefined =>
  signing.profiles.get(name) ?? (name === '' || name === 'default' ? signing.default : undefined)

/**
 * cfssl takes one that does not exist for the default one, so that a typing error asks for something
 * else: behind a switch here. CfsslFailure 5400.
 */
export const profileOfRequest = (
  { switches }: LegacyDesk,
  root: LegacyRoot,
  name: string,
): SigningProfile => {
  const found = findProfile(root, name)
  if (found) return found
  if (switches.has('unknown-profile-is-default')) return root.signing.default
  throw cfsslError(5400, 'Unknown policy profile')
}
