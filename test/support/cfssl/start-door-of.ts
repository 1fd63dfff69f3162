import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@easycerts/shared/encoding'
import * as v from 'valibot'
import { onTestFinished } from 'vitest'
import { legacySection } from '../../../apps/ca-server/src/config/sections/legacy.ts'
import { importIssuer } from '../../../apps/ca-server/src/data-directory/import-issuer.ts'
import { openLegacyDesk } from '../../../apps/ca-server/src/legacy-door/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { createTestClock, makeDataDirectory, openRestoredAuthority } from '../test-authority.ts'
import { startDoor } from './start-door.ts'
import type { CfsslCa } from './start-cfssl.ts'

/** The door of a ca-server that took the CA of a cfssl over, whose key is worth the subjects of nodes. */
export const startDoorOf = async ({ folder }: CfsslCa): Promise<{ readonly port: number }> => {
  const directory = join(temporaryFolder(), 'ca')
  const file = (name: string): string => join(folder, name)
  const cluster = importIssuer({
    purpose: 'cluster',
    certificateFile: file('ca.pem'),
    keyFile: file('ca-key.pem'),
    passphrase: undefined,
    now: new Date(),
  })
  const clock = createTestClock(new Date())
  await makeDataDirectory(directory, { clock: clock.read, origin: { imported: { cluster } } })
  const { authority, dispose } = await openRestoredAuthority(directory, clock)
  const readFile = (path: string): string => readFileSync(path, 'utf8')
  const keys = { default: [{ profiles: ['default'] }] }
  const door = await startDoor({
    desk: openLegacyDesk({
      authority,
      config: v.parse(legacySection, { signingConfig: file('config.json'), keys }),
      readFile,
      variable: () => undefined,
    }),
    credentials: {
      cert: readFile(file('tls.pem')),
      key: new Secret(readFile(file('tls-key.pem'))),
    },
  })
  onTestFinished(async () => {
    await door.close()
    await dispose()
  })
  return door
}
