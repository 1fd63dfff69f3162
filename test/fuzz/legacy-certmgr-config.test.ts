import { parseLegacyConfig } from '@easycerts/shared/legacy-certmgr'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateYaml } from '../support/fuzz/mutate-yaml.ts'

describeFuzz(
  {
    parser: 'legacy-certmgr-config',
    mutate: mutateYaml,
    maxMicroseconds: 3_000_000,
    parse: (input) =>
      parseLegacyConfig({ file: 'a.yaml', text: input.toString('utf8'), environment: {} }),
  },
  ['value', 'ERR_CONFIG_INVALID'],
)
