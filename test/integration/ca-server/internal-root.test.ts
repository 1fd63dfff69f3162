import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ISSUER_PURPOSES } from '@easycerts/shared/profile'
import { certificateChainPem, parseCertificate } from '@easycerts/shared/x509'
import { describe, expect, it } from 'vitest'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import { openSqliteStore } from '../../../apps/ca-server/src/store/sqlite/index.ts'
import { initCa } from '../../support/ca-server-process.ts'
import { filesOf } from '../../support/file-tree.ts'
import { runOpenssl } from '../../support/offline-root.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PASSPHRASE = 'of the root alone'

const makeCa = async (...more: readonly string[]) => {
  const folder = temporaryFolder()
  const passphrase = join(folder, 'root-passphrase')
  writeFileSync(passphrase, `${PASSPHRASE}\n`, { mode: 0o600 })
  const directory = join(folder, 'ca')
  const rootFile = join(folder, 'usb', 'root.pem')
  const args = ['--root', 'internal', '--root-key-out', rootFile, ...more]
  const made = await initCa(directory, [...args, '--root-passphrase-file', passphrase])
  return { folder, directory, rootFile, made }
}

describe('ca-server init --root internal', () => {
  it('signs the issuers by a root whose key is in that file alone, encrypted', async () => {
    const { folder, directory, rootFile, made } = await makeCa('--key-algorithm', 'ecdsa-p384')
    expect(made).toMatchObject({ exitCode: 0 })
    expect(statSync(rootFile).mode & 0o777).toBe(0o600)
    const text = readFileSync(rootFile, 'utf8')
    expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    const key = runOpenssl(['pkey', '-in', rootFile, '-passin', `pass:${PASSPHRASE}`, '-pubout'])
    expect(runOpenssl(['x509', '-in', rootFile, '-noout', '-pubkey'])).toBe(key)
    expect(readdirSync(join(directory, 'keys')).filter((name) => name.includes('root'))).toEqual([])
    for (const path of filesOf(directory))
      expect(readFileSync(path).includes(PASSPHRASE), path).toBe(false)

    const store = openSqliteStore(dataPaths(directory).database)
    const rows = await store.read((reading) => reading.listIssuers())
    await store.close()
    expect(rows.map(({ purpose }) => purpose)).toEqual([...ISSUER_PURPOSES])
    for (const { id, certificate } of rows) {
      const file = join(folder, `${id}.crt`)
      writeFileSync(file, certificateChainPem([parseCertificate(certificate)]))
      expect(runOpenssl(['verify', '-x509_strict', '-CAfile', rootFile, file])).toContain('OK')
    }
  })

  it.each<[string, readonly string[]]>([
    ['into the data directory', ['--root-key-out', 'INSIDE']],
    ['over a file', ['--root-key-out', '/etc/hostname']],
  ])('is refused %s', async (_title, more) => {
    const folder = temporaryFolder()
    const directory = join(folder, 'ca')
    const args = more.map((word) => (word === 'INSIDE' ? join(directory, 'root.pem') : word))
    const made = await initCa(directory, ['--root', 'internal', ...args])
    expect(made).toMatchObject({ code: 'ERR_USAGE', exitCode: 64 })
    expect(existsSync(directory)).toBe(false)
  })

  it('is refused without a place for the key, and without a passphrase for it', async () => {
    const folder = temporaryFolder()
    const directory = join(folder, 'ca')
    expect(await initCa(directory, ['--root', 'internal'])).toMatchObject({ code: 'ERR_USAGE' })
    const passphrase = join(folder, 'ca-passphrase')
    writeFileSync(passphrase, 'for the issuers', { mode: 0o600 })
    const made = await initCa(
      directory,
      ['--root', 'internal', '--root-key-out', join(folder, 'root.pem')],
      { protection: ['--passphrase-file', passphrase] },
    )
    expect(made).toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' })
    expect(existsSync(directory)).toBe(false)
  })
})
