import { parseLegacySpec } from '@easycerts/shared/legacy-certmgr'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateYaml } from '../support/fuzz/mutate-yaml.ts'
import { KUBE_PROXY, legacyConfig, WEB } from '../support/legacy-certmgr/sample-specs.ts'

const config = legacyConfig()

describeFuzz(
  {
    parser: 'legacy-certmgr-spec',
    mutate: mutateYaml,
    maxMicroseconds: 3_000_000,
    seeds: () => [WEB, KUBE_PROXY].map((spec) => Buffer.from(JSON.stringify(spec))),
    parse: (input) => parseLegacySpec('spec.json', input.toString('utf8'), config),
  },
  ['value', 'ERR_CONFIG_INVALID spec.json:#:#: ', 'ERR_CONFIG_INVALID'],
)
