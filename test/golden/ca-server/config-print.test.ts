import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import {
  formatCaServerConfig,
  parseCaServerConfig,
  printedConfig,
} from '../../../apps/ca-server/src/config/index.ts'
import { TEST_CONFIG } from '../../support/test-authority.ts'

test('config print shows every default and every profile', async () => {
  const config = parseCaServerConfig('ca-server.yaml', formatCaServerConfig(TEST_CONFIG))
  const text = stringify(printedConfig(config), { lineWidth: 0 })
  await expect(text).toMatchFileSnapshot('../files/ca-server/config-print.yaml')
})
