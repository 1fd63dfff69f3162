import { type AuthenticatedRequest, readAuthenticatedRequest } from '@easycerts/cfssl/auth-token'
import { GoJsonError } from '@easycerts/cfssl/go-json'
import { badRequest } from '@easycerts/cfssl/protocol'
import { readSignRequest, type SignRequest } from '@easycerts/cfssl/sign-request'
import { authenticate } from '../authenticate.ts'
import { certificateResult } from '../certificate-result.ts'
import type { Endpoint } from '../endpoint.ts'
import { profileOfRequest } from '../profile-of-request.ts'
import { signWithProfile } from '../sign-with-profile.ts'

/** Profiles with auth_key, for whoever holds the key; the token is checked before the request. */
export const authsignEndpoint: Endpoint = {
  name: 'authsign',
  method: 'POST',
  answer: async (desk, call) => {
    const authenticated = readOuter(call.body)
    const request = readInner(authenticated)
    const profile = profileOfRequest(desk, desk.root, request.profile)
    if (profile.authKeys.length === 0) throw badRequest('no authentication provider')
    const asker = authenticate(desk, desk.root, profile, authenticated)
    if (request.certificateRequest === '')
      throw badRequest(`missing parameter 'certificate_request'`)
    const wish = { ...asker, profile, request }
    const certificate = await signWithProfile(desk, desk.root, wish, call)
    return certificateResult(certificate, request.bundle)
  },
}

const readOuter = (body: Buffer): AuthenticatedRequest => {
  try {
    return readAuthenticatedRequest(body.toString('utf8'))
  } catch (error) {
    throw error instanceof GoJsonError ? badRequest(error.message) : error
  }
}

const readInner = ({ request }: AuthenticatedRequest): SignRequest => {
  try {
    return readSignRequest(request.toString('utf8'))
  } catch (error) {
    throw error instanceof GoJsonError
      ? badRequest('Unable to parse authenticated sign request')
      : error
  }
}
