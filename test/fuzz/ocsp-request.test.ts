import { parseOcspRequest } from '@easycerts/shared/revocation'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateDer } from '../support/fuzz/mutate-der.ts'

describeFuzz({ parser: 'ocsp-request', mutate: mutateDer, parse: parseOcspRequest }, [
  'value',
  'ERR_DER_MALFORMED malformed DER: expected',
  'ERR_DER_MALFORMED malformed DER: length of the nonce',
  'ERR_DER_MALFORMED malformed DER: critical extension',
])
