import { readAuthenticatedRequest } from '@easycerts/cfssl/auth-token'
import { buildTemplate } from '@easycerts/cfssl/certificate-template'
import { GoJsonError } from '@easycerts/cfssl/go-json'
import { CfsslFailure } from '@easycerts/cfssl/protocol'
import { readCertificationRequest, readSignerRequest } from '@easycerts/cfssl/sign-request'
import { readSigningConfig } from '@easycerts/cfssl/signing-config'
import { EasycertsError } from '@easycerts/shared/errors'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'

const { signing } = readSigningConfig({
  file: 'cfssl.json',
  text: '{"signing":{"default":{"usages":["server auth"],"expiry":"1h","copy_extensions":true}}}',
  resolveSecret: () => undefined,
})

/** What the door says of an input, as an error with a code. */
const parse = (input: Buffer) => {
  try {
    const text = input.toString('utf8')
    if (text.includes('token')) return readAuthenticatedRequest(text)
    const request = readSignerRequest(text)
    const csr = readCertificationRequest(request.certificateRequest)
    const { names, subject } = buildTemplate({
      profile: signing.default,
      csr,
      request,
      issuer: undefined,
      copiesExtensions: true,
    })
    return { names, subject }
  } catch (error) {
    if (error instanceof GoJsonError || error instanceof CfsslFailure)
      throw new EasycertsError('ERR_CSR_MALFORMED', 'the failure that cfssl would tell')
    throw error
  }
}

describeFuzz({ parser: 'cfssl-sign-request', mutate: mutateJson, parse }, [
  'value',
  'ERR_CSR_MALFORMED the failure that cfssl would tell',
])
