import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { loadConfig } from '../../apps/certmgr/src/config/index.ts'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateYaml } from '../support/fuzz/mutate-yaml.ts'
import { makeFolder } from '../support/ca-server-process.ts'

const root = makeFolder()
afterAll(() => rmSync(root, { recursive: true }))

describeFuzz(
  {
    parser: 'certmgr-config',
    mutate: mutateYaml,
    maxMicroseconds: 3_000_000,
    parse: (input) => {
      writeFileSync(join(root, 'certmgr.yaml'), input)
      return loadConfig({ root, file: '/certmgr.yaml' })
    },
  },
  ['value', 'ERR_CONFIG_INVALID'],
)
