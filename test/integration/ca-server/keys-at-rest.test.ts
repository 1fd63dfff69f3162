import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { ISSUER_PURPOSES } from '@easycerts/shared/profile'
import { systemdProtection } from '../../../apps/ca-server/src/key-store/index.ts'
import {
  type CaServerProcess,
  initCa,
  makeFolder,
  serveToItsEnd,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { filesOf } from '../../support/file-tree.ts'
import { openssl } from '../../support/openssl.ts'
import { makeDataDirectory, TEST_CONFIG } from '../../support/test-authority.ts'
import { freePort } from '../../support/free-port.ts'
import { describeWith } from '../../support/needed-tool.ts'

const PASSPHRASE = 'correct horse battery staple'

let folder: string
beforeAll(() => {
  folder = makeFolder()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const keyFiles = (directory: string): string[] =>
  ISSUER_PURPOSES.map((purpose) => join(directory, 'keys', `${purpose}-g1.pem`))

const labelsIn = (directory: string): string[] =>
  keyFiles(directory).flatMap((file) =>
    decodePemBlocks(readFileSync(file, 'utf8')).map(({ label }) => label),
  )

const fileWith = (name: string, content: string, mode = 0o600): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

describe('keys under a passphrase', () => {
  let server: CaServerProcess
  let directory: string
  let right: string
  beforeAll(async () => {
    directory = join(folder, 'passphrase')
    right = fileWith('right', `${PASSPHRASE}\nonly the first line counts\n`)
    const [joinPort, nodePort] = [await freePort(), await freePort()]
    const ports = ['--join-port', String(joinPort), '--node-port', String(nodePort)]
    const made = await initCa(directory, ports, { protection: ['--passphrase-file', right] })
    expect(made).toMatchObject({ exitCode: 0 })
    server = await startCaServer({
      directory,
      ports: { joinPort, nodePort },
      args: ['--passphrase-file', fileWith('known', PASSPHRASE), '--log-level', 'debug'],
    })
  })
  afterAll(() => server.dispose())

  it('are encrypted PKCS#8', () => {
    expect(labelsIn(directory)).toEqual(ISSUER_PURPOSES.map(() => 'ENCRYPTED PRIVATE KEY'))
    for (const file of keyFiles(directory)) {
      const opened = openssl(['pkey', '-in', file, '-passin', 'stdin', '-noout'], PASSPHRASE)
      // Not by the passphrase itself: scrypt stands between, and OpenSSL's PBKDF2 does not.
      expect(opened.exitCode).not.toBe(0)
    }
  })

  it('serve once the passphrase opens them, and are used', async () => {
    await expect(server.operator('GET', '/v1/issuers')).resolves.toMatchObject({ status: 200 })
    const { body } = await server.operator('GET', '/v1/certificates')
    // Its own for TLS, and that of the trust key.
    expect(body['certificates']).toHaveLength(2)
  })

  it('leave no passphrase in a file, in the log, or in the list of processes', () => {
    const commandLine = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')
    const environment = readFileSync(`/proc/${server.pid}/environ`, 'utf8')
    expect(commandLine).toContain('--passphrase-file')
    for (const text of [commandLine, environment, server.log()])
      expect(text).not.toContain(PASSPHRASE)
    const files = filesOf(directory)
    expect(files.length).toBeGreaterThan(7)
    for (const file of files) expect(readFileSync(file).includes(PASSPHRASE), file).toBe(false)
  })

  it.each([
    ['a wrong passphrase', () => fileWith('wrong', 'incorrect horse'), 'ERR_PASSPHRASE_WRONG', 78],
    ['an empty file', () => fileWith('empty', ''), 'ERR_PASSPHRASE_WRONG', 78],
    [
      'a file that others can read',
      () => fileWith('open', PASSPHRASE, 0o644),
      'ERR_FILE_UNSAFE',
      77,
    ],
    ['a missing file', () => join(folder, 'none'), 'ERR_FILE_UNREADABLE', 66],
  ])('stay closed to %s', async (_title, make, code, exitCode) => {
    await server.stop()
    const result = await serveToItsEnd(directory, ['--passphrase-file', make()])
    expect(result).toMatchObject({ code, exitCode })
    expect(result.stderr).not.toContain(PASSPHRASE)
  })

  it('stay closed where there is neither a file nor a terminal', async () => {
    await server.stop()
    const result = await serveToItsEnd(directory)
    expect(result).toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED', exitCode: 78 })
  })

  it('want a passphrase that is not too short', async () => {
    const short = fileWith('short', '1234567\n')
    const result = await initCa(join(folder, 'short-ca'), [], {
      protection: ['--passphrase-file', short],
    })
    expect(result).toMatchObject({ exitCode: 78 })
    expect(existsSync(join(folder, 'short-ca'))).toBe(false)
  })
})

describe('keys in plaintext', () => {
  it('are made only by the flag that says so', async () => {
    const plain = join(folder, 'plain')
    await expect(initCa(plain)).resolves.toMatchObject({ exitCode: 0 })
    expect(labelsIn(plain)).toEqual(ISSUER_PURPOSES.map(() => 'PRIVATE KEY'))
  })

  it.skipIf(existsSync('/run/systemd/system'))(
    'are not what one gets without a flag, a terminal and systemd',
    async () => {
      const directory = join(folder, 'unprotected')
      await expect(initCa(directory, [], { protection: [] })).resolves.toMatchObject({
        code: 'ERR_PASSPHRASE_REQUIRED',
        exitCode: 78,
      })
      expect(existsSync(directory)).toBe(false)
    },
  )
})

describeWith('systemd-creds', 'keys sealed by systemd-creds', () => {
  let directory: string
  let ports: { joinPort: number; nodePort: number }
  beforeAll(async () => {
    directory = join(folder, 'sealed')
    ports = { joinPort: await freePort(), nodePort: await freePort() }
    await makeDataDirectory(directory, {
      protection: systemdProtection(undefined),
      config: {
        ...TEST_CONFIG,
        addresses: ['127.0.0.1'],
        listen: { address: '127.0.0.1', ...ports },
      },
    })
  })

  const unseal = (): string =>
    spawnSync(
      'systemd-creds',
      ['decrypt', '--name=ca-server-kek', join(directory, 'keys', 'kek.cred'), '-'],
      { encoding: 'utf8' },
    ).stdout

  it('are encrypted by a key that lies there only sealed', () => {
    expect(labelsIn(directory)).toEqual(ISSUER_PURPOSES.map(() => 'ENCRYPTED PRIVATE KEY'))
    const kek = unseal()
    expect(kek).toMatch(/^[0-9a-f]{64}$/)
    for (const file of filesOf(directory))
      expect(readFileSync(file).includes(kek), file).toBe(false)
  })

  it('open by the credential that the unit loads', async () => {
    const credentials = join(folder, 'credentials')
    mkdirSync(credentials, { mode: 0o700 })
    fileWith('credentials/ca-server-kek', unseal(), 0o400)
    const server = await startCaServer({
      directory,
      ports,
      env: { CREDENTIALS_DIRECTORY: credentials },
    })
    await expect(server.operator('GET', '/v1/health')).resolves.toMatchObject({ status: 200 })
    await expect(server.stop()).resolves.toMatchObject({ exitCode: 0 })
  })

  it('open by hand for root on the same machine', async () => {
    const server = await startCaServer({ directory, ports })
    await expect(server.stop()).resolves.toMatchObject({ exitCode: 0 })
  })

  it('stay closed to another credential', async () => {
    const credentials = join(folder, 'other-credentials')
    mkdirSync(credentials, { mode: 0o700 })
    fileWith('other-credentials/ca-server-kek', 'ab'.repeat(32), 0o400)
    const result = await serveToItsEnd(directory, [], {
      env: { CREDENTIALS_DIRECTORY: credentials },
    })
    expect(result).toMatchObject({ code: 'ERR_DATA_DIRECTORY_BROKEN', exitCode: 78 })
  })
})
