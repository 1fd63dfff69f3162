import { parseCrl } from '@easycerts/shared/revocation'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateDer } from '../support/fuzz/mutate-der.ts'

describeFuzz({ parser: 'crl', mutate: mutateDer, parse: parseCrl }, [
  'value',
  'ERR_DER_MALFORMED malformed DER: expected',
  'ERR_DER_MALFORMED malformed DER: a CRL without extension',
])
