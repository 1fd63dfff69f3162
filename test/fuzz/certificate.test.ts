import { decodePem } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  parseCertificate,
  parseCertificateChain,
} from '@easycerts/shared/x509'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateDer } from '../support/fuzz/mutate-der.ts'
import { mutateText } from '../support/fuzz/mutate-text.ts'
import { createTestIssuer, issueFrom } from '../support/test-issuers.ts'
import { certificatePem } from '@easycerts/shared/x509'

const certificates = async (): Promise<Buffer[]> => {
  const enrolment = await createTestIssuer('enrolment')
  const cluster = await createTestIssuer('cluster')
  const request = buildCertificateRequest(await generateSigningKey('ed25519'))
  return [
    enrolment.certificate.der,
    issueFrom(enrolment, { profile: 'node-identity', request }).certificate.der,
    issueFrom(cluster, { profile: 'kube-apiserver', request }).certificate.der,
  ]
}

describeFuzz(
  {
    parser: 'certificate',
    mutate: mutateDer,
    seeds: certificates,
    parse: parseCertificate,
    format: ({ der }) => decodePem('CERTIFICATE', certificatePem(parseCertificate(der))),
    isCanonical: true,
  },
  ['value', 'ERR_DER_MALFORMED malformed DER: expected', 'ERR_DER_MALFORMED malformed DER: length'],
)

describeFuzz(
  {
    parser: 'certificate-chain',
    mutate: mutateText,
    parse: (input) => parseCertificateChain(input.toString('utf8')),
  },
  ['value', 'ERR_PEM_MALFORMED', 'ERR_DER_MALFORMED'],
)
