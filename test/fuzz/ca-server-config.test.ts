import { parseCaServerConfig } from '../../apps/ca-server/src/config/index.ts'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateYaml } from '../support/fuzz/mutate-yaml.ts'

describeFuzz(
  {
    parser: 'ca-server-config',
    mutate: mutateYaml,
    maxMicroseconds: 3_000_000,
    parse: (input) => parseCaServerConfig('ca-server.yaml', input.toString('utf8')),
  },
  ['value', 'ERR_CONFIG_INVALID'],
)
