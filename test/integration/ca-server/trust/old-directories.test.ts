import { existsSync, rmSync } from 'node:fs'
import { bundlesOfTrust, parseSignedTrust } from '@easycerts/shared/trust'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  keepTrust,
  newestTrust,
  trustBundlesOf,
} from '../../../../apps/ca-server/src/authority/index.ts'
import { dataPaths } from '../../../../apps/ca-server/src/config/index.ts'
import { MIGRATIONS } from '../../../../apps/ca-server/src/store/sqlite/migrations/index.ts'
import { TRUST } from '../../../../apps/ca-server/src/store/sqlite/migrations/0008-trust.ts'
import { joinedNode, requesterOf } from '../../../support/in-process-nodes.ts'
import { ageDatabase } from '../../../support/trust/age-database.ts'
import {
  createTestClock,
  makeDataDirectory,
  openRestoredAuthority,
  type TestClock,
} from '../../../support/test-authority.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

let clock: TestClock
let directory: string
beforeEach(async () => {
  clock = createTestClock()
  directory = `${temporaryFolder()}/ca`
  await makeDataDirectory(directory, { clock: clock.read })
})
const opened: { dispose: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.dispose()
})

const open = async () => {
  const ca = await openRestoredAuthority(directory, clock)
  opened.push(ca)
  return ca
}

const schemas = Array.from({ length: MIGRATIONS.indexOf(TRUST) }, (_, index) => index + 1)

it.each(schemas)(
  'a directory of schema %i gets its trust key and a first document',
  async (schema) => {
    const before = await open()
    const identity = await joinedNode(before, 'worker-1')
    await before.dispose()
    opened.length = 0
    const { database, issuerKey } = dataPaths(directory)
    ageDatabase(database, schema)
    rmSync(issuerKey('trust-g1'))
    // The first release signed no log.
    if (schema === 1) rmSync(issuerKey('log-g1'))

    const ca = await open()
    expect(existsSync(issuerKey('trust-g1'))).toBe(true)
    await keepTrust(ca.authority)
    const { document } = parseSignedTrust(await newestTrust(ca.authority))
    expect(document).toMatchObject({ version: 1, cluster: { id: ca.authority.log.storeId } })
    expect(bundlesOfTrust(document)).toMatchObject(trustBundlesOf(ca.authority.issuers))
    expect(await requesterOf(ca, identity)).toMatchObject({ node: { name: 'worker-1' } })
  },
)
