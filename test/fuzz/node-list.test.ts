import { parseNodeList } from '../../apps/ca-server/src/fleet/parse-node-list.ts'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateText } from '../support/fuzz/mutate-text.ts'
import { mutateYaml } from '../support/fuzz/mutate-yaml.ts'

describeFuzz(
  {
    parser: 'node-list',
    mutate: (input, other, random) =>
      (random() < 0.5 ? mutateText : mutateYaml)(input, other, random),
    maxMicroseconds: 3_000_000,
    parse: (input) => parseNodeList('nodes.yaml', input.toString('utf8')),
  },
  ['value', 'ERR_CONFIG_INVALID nodes.yaml:'],
)
