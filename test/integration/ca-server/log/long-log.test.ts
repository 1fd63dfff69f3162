import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CA_SERVER_BIN } from '../../../support/ca-server-process.ts'
import { fillLoggedCertificates } from '../../../support/fill-logged-certificates.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { makeDataDirectory } from '../../../support/test-authority.ts'

const ROWS = 20_000
/** Less than the texts of this log take, which are some 25 MB. */
const HEAP_MEGABYTES = 24

it('a log is verified in memory that does not grow with it', async () => {
  const directory = join(temporaryFolder(), 'ca')
  await makeDataDirectory(directory)
  fillLoggedCertificates(directory, ROWS, new Date())
  const heap = `--max-old-space-size=${HEAP_MEGABYTES}`
  const words = ['--output', 'json', '--data-directory', directory, 'log', 'verify']
  const { status, stdout, stderr } = spawnSync(process.execPath, [heap, CA_SERVER_BIN, ...words], {
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ rows: { certificates: ROWS }, differenceCount: 0 })
}, 120_000)
