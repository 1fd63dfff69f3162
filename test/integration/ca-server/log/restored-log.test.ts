import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BackupReader,
  backUpTo,
  makeBackupReader,
  restoreTo,
  verifyBackupFile,
} from '../../../support/backup-files.ts'
import {
  type CaServerProcess,
  runCaServer,
  startCaServer,
} from '../../../support/ca-server-process.ts'
import { joinNode } from '../../../support/joiner.ts'
import { tamper } from '../../../support/tamper.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

let ca: CaServerProcess
let reader: BackupReader
beforeAll(async () => {
  ca = await startCaServer()
  await joinNode(ca, 'worker-1')
  reader = await makeBackupReader(dirname(ca.directory))
})
afterAll(() => ca.dispose())

const keepHead = async (folder: string, name: string, from = ca.directory): Promise<string> => {
  const file = join(folder, name)
  const { stdout } = await runCaServer(['--data-directory', from, 'log', 'head', '--out', file])
  expect(stdout).toContain(file)
  return file
}

const verifyLog = async (directory: string, heads: readonly string[]) => {
  const words = ['--output', 'json', '--data-directory', directory, 'log', 'verify']
  return runCaServer([...words, ...heads.flatMap((head) => ['--head', head])])
}

describe('the log after a restore', () => {
  it('goes on from what the backup holds, and owns up to what the restore cut off', async () => {
    const folder = temporaryFolder()
    const early = await keepHead(folder, 'early')
    const file = join(folder, 'ca.age')
    expect(await backUpTo(ca, file, reader)).toMatchObject({ exitCode: 0 })
    await joinNode(ca, 'worker-2')
    const late = await keepHead(folder, 'late')
    const directory = join(folder, 'restored')
    expect(await restoreTo(directory, file, reader)).toMatchObject({ exitCode: 0, stderr: '' })
    const verified = await verifyLog(directory, [early, late])
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(verified.stdout)).toMatchObject({
      heads: [
        { name: early, epoch: 1, state: 'holds' },
        { name: late, epoch: 1, state: 'restored' },
      ],
      differenceCount: 0,
    })
    // The old records know nothing of the restore.
    const restored = await restoredHead(directory, folder)
    const old = await verifyLog(ca.directory, [restored])
    expect(old).toMatchObject({ exitCode: 65, code: 'ERR_LOG_MISMATCH' })
    expect(JSON.parse(old.stdout)).toMatchObject({ heads: [{ state: 'broken' }] })
  })
})

/** A head of the new epoch, from a server that runs on the restored records for a moment. */
const restoredHead = async (directory: string, folder: string): Promise<string> => {
  await ca.stop()
  const { joinPort, nodePort } = ca
  const restored = await startCaServer({ directory, ports: { joinPort, nodePort } })
  try {
    return await keepHead(folder, 'restored-head', directory)
  } finally {
    await restored.dispose()
    await ca.start()
  }
}

describe('a backup of records that somebody changed', () => {
  it.each([
    ['with a node that became a master', `UPDATE nodes SET role = 'master'`],
    ['without the identity of a node', `DELETE FROM identities`],
  ])('%s is neither verified nor restored', async (_, statement) => {
    const folder = temporaryFolder()
    const file = join(folder, 'ca.age')
    const copy = join(folder, 'ca')
    expect(await backUpTo(ca, file, reader)).toMatchObject({ exitCode: 0 })
    expect(await restoreTo(copy, file, reader)).toMatchObject({ exitCode: 0 })
    tamper(join(copy, 'easycerts.db'), statement)
    const forged = join(folder, 'forged.age')
    const { recipient } = reader
    const words = ['--data-directory', copy, 'backup', '--out', forged, '--recipient', recipient]
    expect(await runCaServer(words)).toMatchObject({ exitCode: 0 })
    const refusal = { exitCode: 65, code: 'ERR_BACKUP_DAMAGED' }
    expect(await verifyBackupFile(forged, reader)).toMatchObject(refusal)
    expect(await restoreTo(join(folder, 'new'), forged, reader)).toMatchObject(refusal)
    expect(readdirSync(folder).toSorted()).toEqual(['ca', 'ca.age', 'forged.age'])
  })
})
