import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type BackupReader,
  backUpTo,
  makeBackupReader,
  restoreTo,
  verifyBackupFile,
} from '../../support/backup-files.ts'
import {
  type CaServerProcess,
  initCa,
  serveToItsEnd,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { canMount, mountDisk, type MountedDisk } from '../../support/mounted-disk.ts'

const NOT_WRITABLE = { exitCode: 73, code: 'ERR_FILE_NOT_WRITABLE' }

describe.skipIf(!canMount())('a disk that takes nothing more', () => {
  let ca: CaServerProcess
  let reader: BackupReader
  let file: string
  let disk: MountedDisk
  beforeAll(async () => {
    ca = await startCaServer()
    reader = await makeBackupReader(dirname(ca.directory))
    file = join(dirname(ca.directory), 'ca.age')
    expect(await backUpTo(ca, file, reader)).toMatchObject({ exitCode: 0 })
  })
  afterAll(() => ca.dispose())
  beforeEach(() => {
    disk = mountDisk('4m')
  })
  afterEach(() => disk.remove())

  const needed = () => statSync(file).size

  /** Leaves so many octets free. */
  const fill = (free: number): void =>
    writeFileSync(join(disk.path, 'filler'), Buffer.alloc((4 << 20) - free))

  it.each([0, 0.5, 1.5])('holds no half of a backup: %d times its size is free', async (share) => {
    fill(Math.floor(share * needed()))
    expect(await backUpTo(ca, join(disk.path, 'ca.age'), reader)).toMatchObject(NOT_WRITABLE)
    expect(readdirSync(disk.path)).toEqual(['filler'])
    // The server goes on, and the next one has room.
    expect(await ca.ca(['status'])).toMatchObject({ exitCode: 0 })
    expect(await backUpTo(ca, file, reader)).toMatchObject({ exitCode: 0 })
  })

  it.each([0, 0.5])('holds no half of a CA: %d times its size is free', async (share) => {
    fill(Math.floor(share * needed()))
    const refused = await restoreTo(join(disk.path, 'ca'), file, reader)
    expect(refused.code).toMatch(/^ERR_(FILE_NOT_WRITABLE|STORE_UNAVAILABLE)$/)
    expect(readdirSync(disk.path)).toEqual(['filler'])
  })

  it('fails a check of a backup without a word against the backup', async () => {
    fill(Math.floor(0.5 * needed()))
    expect(await verifyBackupFile(file, reader, '--scratch', disk.path)).toMatchObject(NOT_WRITABLE)
    expect(readdirSync(disk.path)).toEqual(['filler'])
    expect(await verifyBackupFile(file, reader)).toMatchObject({ exitCode: 0 })
  })

  it('refuses backup, restore and serve when it is read-only', async () => {
    const directory = join(disk.path, 'ca')
    expect(await initCa(directory)).toMatchObject({ exitCode: 0 })
    mkdirSync(join(disk.path, 'empty'))
    disk.makeReadOnly()
    expect(await backUpTo(ca, join(disk.path, 'ca.age'), reader)).toMatchObject(NOT_WRITABLE)
    expect(await restoreTo(join(disk.path, 'new'), file, reader)).toMatchObject(NOT_WRITABLE)
    const served = await serveToItsEnd(directory)
    expect(served.exitCode).not.toBe(70)
    expect(served.code).toMatch(/^ERR_(FILE_NOT_WRITABLE|STORE_UNAVAILABLE)$/)
    disk.makeWritable()
    expect(existsSync(join(disk.path, 'new'))).toBe(false)
  })
})
