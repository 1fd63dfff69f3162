import { readSigningConfig } from '@easycerts/cfssl/signing-config'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'

describeFuzz(
  {
    parser: 'cfssl-signing-config',
    mutate: mutateJson,
    parse: (input) =>
      readSigningConfig({
        file: 'cfssl.json',
        text: input.toString('utf8'),
        resolveSecret: () => undefined,
      }),
  },
  ['value', 'ERR_CONFIG_INVALID cfssl.json: '],
)
