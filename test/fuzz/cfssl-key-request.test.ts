import { GoJsonError, GoObject, readGoObject } from '@easycerts/cfssl/go-json'
import { nameOfKeyRequest, readKeyRequest } from '@easycerts/cfssl/key-request'
import { encodeLegacyName } from '@easycerts/cfssl/subject'
import { EasycertsError } from '@easycerts/shared/errors'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'

/** What newkey is asked for, up to the subject; making its key would take all of the time. */
const parse = (input: Buffer) => {
  try {
    const object = readGoObject(input.toString('utf8'), 'csr.CertificateRequest')
    const request = readKeyRequest(new GoObject(object, 'CertificateRequest'))
    return { request, name: encodeLegacyName(nameOfKeyRequest(request)) }
  } catch (error) {
    if (error instanceof GoJsonError)
      throw new EasycertsError('ERR_CSR_MALFORMED', 'the failure that cfssl would tell')
    throw error
  }
}

describeFuzz({ parser: 'cfssl-key-request', mutate: mutateJson, parse }, [
  'value',
  'ERR_CSR_MALFORMED the failure that cfssl would tell',
])
