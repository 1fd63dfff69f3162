import { type AuthenticatedRequest, readAuthenticatedRequest } from '@easycerts/cfssl/auth-token'
import { GoJsonError } from '@easycerts/cfssl/go-json'
import { CfsslFailure } from '@easycerts/cfssl/protocol'
import { readSignerRequest, type SignerRequest } from '@easycerts/cfssl/sign-request'
import { isInCidr } from '@easycerts/shared/cluster'
import { authenticate } from '../authenticate.ts'
import { certificateResult } from '../certificate-result.ts'
import type { Endpoint } from '../endpoint.ts'
import type { LegacyDesk, LegacyRoot } from '../legacy-desk.ts'
import { findProfile } from '../profile-of-request.ts'
import { signWithProfile } from '../sign-with-profile.ts'

/** authsign of multirootca: a root for each label, its own order of checks, and few words. */
export const multirootAuthsignEndpoint: Endpoint = {
  name: 'authsign',
  method: 'POST',
  answer: async (desk, call) => {
    const authenticated = readOuter(call.body)
    const request = readInner(authenticated)
    const root = rootOf(desk, request.label)
    if (!admits(root, call.address)) throw refused(403, 'not authorised')
    const profile = findProfile(root, request.profile)
    if (!profile) throw refused(400, 'invalid profile')
    if (profile.authKeys.length === 0) throw refused(401, 'authorisation required')
    const wish = { ...keyOf(desk, root, profile, authenticated), profile, request }
    try {
      return certificateResult(await signWithProfile(desk, root, wish, call), false)
    } catch (error) {
      throw isNotAuthorised(error) ? refused(403, error.message) : asRefusal(error, 'bad request')
    }
  },
}

/** multirootca has one code for all. */
const refused = (status: number, text: string): CfsslFailure => new CfsslFailure(status, 1, text)

const asRefusal = (error: unknown, text: string): unknown => {
  if (!(error instanceof CfsslFailure)) return error
  const failure = refused(400, text)
  failure.cause = error.cause ?? error
  return failure
}

const isNotAuthorised = (error: unknown): error is CfsslFailure =>
  error instanceof CfsslFailure && error.message === 'not authorised'

const keyOf: typeof authenticate = (...given) => {
  try {
    return authenticate(...given)
  } catch (error) {
    throw asRefusal(error, 'invalid token')
  }
}

const admits = ({ networks }: LegacyRoot, address: string): boolean =>
  networks?.some((network) => isInCidr(address, network)) ?? true

const rootOf = ({ root, labels }: LegacyDesk, label: string): LegacyRoot => {
  const found = label === '' ? root : labels.get(label)
  if (!found) throw refused(400, 'bad request')
  return found
}

const readOuter = (body: Buffer): AuthenticatedRequest =>
  asInvalid(() => readAuthenticatedRequest(body.toString('utf8')))

const readInner = ({ request }: AuthenticatedRequest): SignerRequest =>
  asInvalid(() => readSignerRequest(request.toString('utf8')))

const asInvalid = <Value>(read: () => Value): Value => {
  try {
    return read()
  } catch (error) {
    throw error instanceof GoJsonError ? refused(400, 'invalid request') : error
  }
}
