import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
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
  runCaServer,
  serveToItsEnd,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { joinNode } from '../../support/joiner.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { createSoftHsm } from '../../support/soft-hsm.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A restored directory that serves: a node joins it. */
const expectService = async (
  old: Pick<CaServerProcess, 'joinPort' | 'nodePort'>,
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const { joinPort, nodePort } = old
  const restored = await startCaServer({ directory, args, env, ports: { joinPort, nodePort } })
  try {
    await joinNode(restored, 'worker-2')
  } finally {
    await restored.dispose()
  }
}

const backedUp = async (
  ca: CaServerProcess,
  folder: string,
  ...more: readonly string[]
): Promise<{ readonly file: string; readonly reader: BackupReader }> => {
  const reader = await makeBackupReader(folder)
  const file = join(folder, 'ca.age')
  expect(await backUpTo(ca, file, reader, ...more)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await verifyBackupFile(file, reader)).toMatchObject({ exitCode: 0 })
  await ca.kill()
  return { file, reader }
}

describe('a CA whose keys are under a passphrase', () => {
  it('comes back with the same passphrase and no other', async () => {
    const folder = temporaryFolder()
    const passphrase = join(folder, 'passphrase')
    writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
    const args = ['--passphrase-file', passphrase]
    const directory = join(folder, 'ca')
    expect(await initCa(directory, PORTS, { protection: args })).toMatchObject({ exitCode: 0 })
    const ca = await startCaServer({ directory, args, ports: ANY })
    const { file, reader } = await backedUp(ca, folder)
    const restored = join(folder, 'restored')
    expect(await restoreTo(restored, file, reader)).toMatchObject({ exitCode: 0, stderr: '' })
    const key = readFileSync(join(restored, 'keys', 'cluster-g1.pem'), 'utf8')
    expect(key).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, 'incorrect horse battery staple\n', { mode: 0o600 })
    expect(await serveToItsEnd(restored, ['--passphrase-file', wrong])).toMatchObject({
      code: 'ERR_PASSPHRASE_WRONG',
    })
    await expectService(ca, restored, args)
  })
})

/** Ports are the configuration's here; nothing is dialled but through them. */
const ANY = { joinPort: 28443, nodePort: 28444 }
const PORTS = ['--join-port', String(ANY.joinPort), '--node-port', String(ANY.nodePort)]

describeWith('softhsm2-util', 'a CA whose keys are in a PKCS#11 token', () => {
  it('comes back where the token is, and says that it needs it where it is not', async () => {
    const folder = temporaryFolder()
    const hsm = createSoftHsm(folder)
    const ca = await startCaServer({ initArgs: hsm.initArgs, env: hsm.env })
    try {
      const { file, reader } = await backedUp(ca, folder)
      const restored = join(folder, 'restored')
      expect(await restoreTo(restored, file, reader)).toMatchObject({ exitCode: 0, stderr: '' })
      hsm.remove()
      const refused = await serveToItsEnd(restored, [], { env: hsm.env })
      expect(refused.code).toMatch(/^ERR_PKCS11_/)
      hsm.putBack()
      await expectService(ca, restored, [], hsm.env)
    } finally {
      await ca.dispose()
    }
  })
})

describe('a CA whose issuers await their certificates', () => {
  it('is backed up and comes back with its requests and their keys', async () => {
    const folder = temporaryFolder()
    const directory = join(folder, 'ca')
    expect(await initCa(directory, ['--root', 'external'])).toMatchObject({ exitCode: 0 })
    const reader = await makeBackupReader(folder)
    const file = join(folder, 'ca.age')
    const words = ['--output', 'json', '--data-directory', directory, 'backup', '--out', file]
    const made = await runCaServer([...words, '--recipient', reader.recipient])
    expect(made).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await verifyBackupFile(file, reader)).toMatchObject({ exitCode: 0 })
    const restored = join(folder, 'restored')
    expect(await restoreTo(restored, file, reader)).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(restored, 'keys', 'cluster-g1.pem'))).toBe(true)
    expect(await serveToItsEnd(restored)).toMatchObject({ code: 'ERR_ISSUER_AWAITED' })
    rmSync(restored, { recursive: true })
  })
})
