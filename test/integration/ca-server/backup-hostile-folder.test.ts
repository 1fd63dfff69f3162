import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBackup, generateBackupIdentity } from '../../../apps/ca-server/src/backup/index.ts'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

const STAGING = '.easycerts-backup'
const NOBODY = 65_534

let ca: TestAuthority
beforeAll(async () => {
  ca = await openTestAuthority()
})
afterAll(() => ca.dispose())

const backUpTo = async (out: string) => {
  const { recipient } = await generateBackupIdentity()
  return createBackup({
    ...{ paths: dataPaths(ca.directory), cluster: 'demo', out, recipients: [recipient] },
    ...{ withKeys: true, openKek: undefined, clock: ca.clock.read },
  })
}

describe('a backup into a folder that others may write to', () => {
  it.runIf(process.geteuid?.() === 0)(
    'puts no copy of the records into a directory of somebody else’s',
    async () => {
      const folder = temporaryFolder()
      const staging = join(folder, STAGING)
      mkdirSync(staging)
      chmodSync(staging, 0o777)
      chownSync(staging, NOBODY, NOBODY)
      const out = join(folder, 'ca.age')
      expect(await codeOfAsync(backUpTo(out))).toBe('ERR_FILE_UNSAFE')
      expect(existsSync(out)).toBe(false)
    },
  )

  it('is read by its owner alone, whatever the umask, and leaves nothing beside it', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, STAGING), { mode: 0o777 })
    const before = process.umask(0)
    try {
      await backUpTo(join(folder, 'ca.age'))
    } finally {
      process.umask(before)
    }
    expect(statSync(join(folder, 'ca.age')).mode & 0o777).toBe(0o600)
    expect(existsSync(join(folder, STAGING))).toBe(false)
  })
})
