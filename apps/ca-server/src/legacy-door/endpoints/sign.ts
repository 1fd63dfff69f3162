import { GoJsonError } from '@easycerts/cfssl/go-json'
import { badRequest } from '@easycerts/cfssl/protocol'
import { readSignRequest, type SignRequest } from '@easycerts/cfssl/sign-request'
import { nobodysKey } from '@easycerts/shared/issuance'
import { certificateResult } from '../certificate-result.ts'
import type { Endpoint } from '../endpoint.ts'
import { profileOfRequest } from '../profile-of-request.ts'
import { signWithProfile } from '../sign-with-profile.ts'

/** Profiles without auth_key, for whoever reaches the port. */
export const signEndpoint: Endpoint = {
  name: 'sign',
  method: 'POST',
  opensWith: 'unauthenticated-sign',
  answer: async (desk, call) => {
    const request = readRequest(call.body)
    if (request.certificateRequest === '')
      throw badRequest(`missing parameter 'certificate_request'`)
    const profile = profileOfRequest(desk, desk.root, request.profile)
    if (profile.authKeys.length > 0) throw badRequest('authentication required')
    const wish = { key: nobodysKey(profile.name), profile, request }
    const certificate = await signWithProfile(desk, desk.root, wish, call)
    return certificateResult(certificate, request.bundle)
  },
}

const readRequest = (body: Buffer): SignRequest => {
  try {
    return readSignRequest(body.toString('utf8'))
  } catch (error) {
    throw error instanceof GoJsonError ? badRequest('Unable to parse sign request') : error
  }
}
