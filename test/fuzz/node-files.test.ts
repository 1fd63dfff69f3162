import {
  formatNodeRecord,
  formatPair,
  parseNodeRecord,
  parsePair,
} from '@easycerts/adapters/identity-store'
import { EasycertsError } from '@easycerts/shared/errors'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'
import { mutateText } from '../support/fuzz/mutate-text.ts'
import { createTestIssuer, issueFrom } from '../support/test-issuers.ts'

describeFuzz(
  {
    parser: 'node-record',
    mutate: mutateJson,
    parse: (input) => {
      const record = parseNodeRecord('node.json', input.toString('utf8'))
      if (!record) throw new EasycertsError('ERR_CONFIG_INVALID', 'there is none')
      return record
    },
    format: (record) => Buffer.from(formatNodeRecord(record)),
  },
  ['value', 'ERR_CONFIG_INVALID'],
)

/** Made anew: no private key stands in the repository. */
const pairs = async (): Promise<Buffer[]> => {
  const key = await generateSigningKey('ed25519')
  const request = buildCertificateRequest(key)
  const enrolment = await createTestIssuer('enrolment')
  const { certificate } = issueFrom(enrolment, { profile: 'node-identity', request })
  return [certificate, undefined].map((each) =>
    Buffer.from(formatPair({ key, certificate: each }).reveal()),
  )
}

describeFuzz(
  {
    parser: 'identity-pair',
    mutate: mutateText,
    seeds: pairs,
    parse: (input) => parsePair('identity.pem', input.toString('utf8')),
  },
  ['value', 'ERR_PEM_MALFORMED'],
)
