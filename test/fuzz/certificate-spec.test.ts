import { specSchema } from '@easycerts/shared/certificate-spec'
import { formatConfig, parseConfig } from '@easycerts/shared/config'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateYaml } from '../support/fuzz/mutate-yaml.ts'

describeFuzz(
  {
    parser: 'certificate-spec',
    mutate: mutateYaml,
    maxMicroseconds: 3_000_000,
    parse: (input) => parseConfig('spec.yaml', input.toString('utf8'), specSchema),
    format: (spec) => Buffer.from(formatConfig('made by a test', spec)),
  },
  ['value', 'ERR_CONFIG_INVALID spec.yaml:#:#: kind', 'ERR_CONFIG_INVALID'],
)
