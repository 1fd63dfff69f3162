import { GoJsonError, type GoJsonObject, GoObject, readGoObject } from '@easycerts/cfssl/go-json'
import {
  buildKeyRequest,
  digestsOf,
  EMPTY_KEY_REQUEST,
  type KeyRequest,
  legacyKeyPem,
  makeKey,
  readKeyRequest,
} from '@easycerts/cfssl/key-request'
import { badRequest, type Message } from '@easycerts/cfssl/protocol'
import { decodePem } from '@easycerts/shared/encoding'
import { nobodysKey } from '@easycerts/shared/issuance'
import { certificatePem } from '@easycerts/shared/x509'
import { NO_BUNDLER } from '../certificate-result.ts'
import type { Endpoint } from '../endpoint.ts'
import { profileOfRequest } from '../profile-of-request.ts'
import { signWithProfile } from '../sign-with-profile.ts'

/** A key and its certificate of any profile, for whoever reaches the port: it looks at no auth_key. */
export const newcertEndpoint: Endpoint = {
  name: 'newcert',
  method: 'POST',
  opensWith: 'unauthenticated-newcert',
  answer: async (desk, call) => {
    const { request, profileName, bundle } = readRequest(call.body)
    const profile = profileOfRequest(desk, desk.root, profileName)
    const key = await makeKey(request)
    const csr = buildKeyRequest(request, key)
    const wish = {
      key: nobodysKey(profile.name),
      profile,
      request: { ...KEEPS_NAMES, certificateRequest: csr },
    }
    const certificate = await signWithProfile(desk, desk.root, wish, call)
    const messages = [
      ...(request.hosts.length === 0 ? [NO_HOSTS] : []),
      ...(bundle ? [NO_BUNDLER] : []),
    ]
    return {
      result: {
        certificate: certificatePem(certificate),
        certificate_request: csr,
        private_key: legacyKeyPem(key).reveal(),
        sums: {
          certificate: digestsOf(certificate.der),
          certificate_request: digestsOf(decodePem('CERTIFICATE REQUEST', csr)),
        },
      },
      messages,
    }
  },
}

const KEEPS_NAMES = {
  hosts: undefined,
  subject: undefined,
  profile: '',
  label: '',
  serial: undefined,
  bundle: false,
}

const NO_HOSTS: Message = {
  code: 5300,
  message: `This certificate lacks a "hosts" field. This makes it unsuitable for
websites. For more information see the Baseline Requirements for the Issuance and Management
of Publicly-Trusted Certificates, v.1.1.6, from the CA/Browser Forum (https://cabforum.org);
specifically, section 10.2.3 ("Information Requirements").`,
}

const readRequest = (
  body: Buffer,
): { readonly request: KeyRequest; readonly profileName: string; readonly bundle: boolean } => {
  try {
    const object = readGoObject(body.toString('utf8'), 'generator.genSignRequest')
    const fields = new GoObject(object, 'genSignRequest')
    const given = fields.object('request', 'csr.CertificateRequest')
    if (!given && isNulled(object)) throw badRequest('missing request section')
    const request = given ? readKeyRequest(given) : EMPTY_KEY_REQUEST
    if (request.ca) throw badRequest('ca section only permitted in initca')
    return { request, profileName: fields.text('profile'), bundle: fields.flag('bundle') }
  } catch (error) {
    throw error instanceof GoJsonError ? badRequest(error.message) : error
  }
}

/** Left out it is an empty request; null it is none. */
const isNulled = ({ members }: GoJsonObject): boolean =>
  members.some(({ key }) => key.toLowerCase() === 'request')
