import { parseDescription } from '@easycerts/units/description'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateText } from '../support/fuzz/mutate-text.ts'
import { mutateYaml } from '../support/fuzz/mutate-yaml.ts'

describeFuzz(
  {
    parser: 'cluster-description',
    mutate: (input, other, random) =>
      (random() < 0.5 ? mutateText : mutateYaml)(input, other, random),
    maxMicroseconds: 3_000_000,
    parse: (input) => parseDescription('cluster.yaml', input.toString('utf8')),
  },
  ['value', 'ERR_CONFIG_INVALID cluster.yaml:'],
)
