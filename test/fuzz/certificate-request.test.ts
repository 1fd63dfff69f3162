import { beforeAll } from 'vitest'
import { bitString, enterWhole, sequence } from '@easycerts/shared/asn1'
import { decodePem } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey, KEY_ALGORITHM_ROWS } from '@easycerts/shared/key'
import { parseCertificateRequest } from '@easycerts/shared/x509'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateDer } from '../support/fuzz/mutate-der.ts'
import { requestPem } from '../support/hand-made-der.ts'
import { HOSTILE_KINDS } from '../support/hostile-requests.ts'
import { seededRandom } from '../support/random.ts'

let key: ExportableKey
beforeAll(async () => {
  key = await generateSigningKey('ecdsa-p256')
})

const WISHFUL = ['honest', 'asks for much', 'asks for names', 'another key', 'another algorithm']

const requests = (): Buffer[] =>
  WISHFUL.map((kind) =>
    decodePem('CERTIFICATE REQUEST', HOSTILE_KINDS[kind]!(key, seededRandom(7))),
  )

const parse = (der: Buffer) => parseCertificateRequest(der.length === 0 ? '' : requestPem(der))

describeFuzz({ parser: 'certificate-request', mutate: mutateDer, seeds: requests, parse }, [
  'ERR_CSR_MALFORMED certificate request: malformed DER: expected',
  'ERR_CSR_MALFORMED certificate request: malformed DER: trailing',
  'ERR_CSR_KEY_REJECTED',
  'ERR_CSR_SIGNATURE_INVALID',
  'ERR_CSR_ALGORITHM_REJECTED',
])

const signed = (info: Buffer): Buffer => {
  const { signature } = KEY_ALGORITHM_ROWS[key.algorithm]
  return sequence(info, signature, bitString(key.sign(info)))
}

// Whatever stands in it is seen by what lies behind the signature.
describeFuzz(
  {
    parser: 'signed-request-information',
    mutate: mutateDer,
    seeds: () => requests().map((der) => enterWhole(der, 'request').next().encoding),
    parse: (info) => parse(signed(info)),
  },
  ['value', 'ERR_CSR_MALFORMED', 'ERR_CSR_KEY_REJECTED', 'ERR_CSR_SIGNATURE_INVALID'],
)
