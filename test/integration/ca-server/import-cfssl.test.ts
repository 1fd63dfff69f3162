import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { describeCertificates } from '../../../apps/ca-server/src/authority/index.ts'
import { openLegacyDesk } from '../../../apps/ca-server/src/legacy-door/open-desk.ts'
import { dataPaths, parseCaServerConfig } from '../../../apps/ca-server/src/config/index.ts'
import { backUpTo, makeBackupReader, restoreTo } from '../../support/backup-files.ts'
import { runCaServer } from '../../support/ca-server-process.ts'
import { labFile, makeLabCertdb } from '../../support/cfssl/lab-desk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createTestClock, openRestoredAuthority } from '../../support/test-authority.ts'

const words = (directory: string, config = labFile('server.json')): string[] => [
  ...['--output', 'json', '--data-directory', directory, 'import', 'cfssl'],
  ...['--name', 'lab', '--address', '10.0.0.1', '--insecure-plaintext-keys'],
  ...['--config', config, '--ca', labFile('ca.pem'), '--ca-key', labFile('ca-key.pem')],
]

const roots = (folder: string): string => {
  const path = join(folder, 'roots.conf')
  writeFileSync(
    path,
    readFileSync(labFile('multiroot.conf'), 'utf8')
      .replaceAll('/var/lib/cfssl-lab/ca/', `${labFile('')}/`)
      .replaceAll('/var/lib/cfssl-lab/conf/', `${labFile('')}/`),
  )
  return path
}

describe('ca-server import cfssl', () => {
  it('makes a CA of what cfssl had: its CA, profiles, keys, labels and records', async () => {
    const folder = temporaryFolder()
    const directory = join(folder, 'ca')
    const all = ['--db', makeLabCertdb(folder), '--roots', roots(folder)]
    const before = readdirSync(folder)
    const tried = await runCaServer([...words(directory), ...all, '--dry-run'])
    expect(tried).toMatchObject({ exitCode: 0 })
    expect(readdirSync(folder)).toEqual(before)

    const done = await runCaServer([...words(directory), ...all])
    expect(done).toMatchObject({ exitCode: 0 })
    const report = JSON.parse(done.stdout) as Record<string, unknown>
    expect(report).toMatchObject({
      done: true,
      certificates: { adopted: 94, revoked: 3, left: [] },
      keys: { main: ['default', 'server', 'client', 'short'], old: ['server'] },
    })
    expect({ ...report, done: false }).toEqual(JSON.parse(tried.stdout))
    expect(JSON.stringify(report)).toContain('signing.profiles.open.auth_key')
    expect(done.stdout + done.stderr).not.toContain('000102030405060708090a0b0c0d0e0f')

    const paths = dataPaths(directory)
    const text = readFileSync(paths.config, 'utf8')
    expect(parse(text)).toMatchObject({
      legacy: { port: 8888, keys: { old: [{ profiles: ['server'], subjects: 'nodes' }] } },
    })
    for (const name of readdirSync(join(directory, 'legacy')))
      expect(statSync(join(directory, 'legacy', name)).mode & 0o777).toBe(0o600)

    const clock = createTestClock(new Date())
    const opened = await openRestoredAuthority(directory, clock)
    onTestFinished(opened.dispose)
    const { authority } = opened
    const ca = parseCertificatePem(readFileSync(labFile('ca.pem'), 'utf8'))
    expect(authority.issuers.cluster.certificate.der).toEqual(ca.der)
    const desk = openLegacyDesk({
      authority,
      config: parseCaServerConfig(paths.config, text).legacy,
      readFile: (path) => readFileSync(path, 'utf8'),
      variable: () => undefined,
    })
    expect([...desk.labels.keys()]).toEqual(['primary', 'denied'])
    const server = desk.root.signing.profiles.get('server')
    expect(server?.authKeys.map(({ key }) => key.reveal().toString('hex'))).toEqual([
      '000102030405060708090a0b0c0d0e0f',
      'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
    ])
    const serial = '611368beb7db24ec122c413a3d58831a1834943f'
    const [revoked] = await describeCertificates(authority, serial, undefined)
    expect(revoked?.standing).toBe('revoked')
  }, 20_000)

  it('takes a key from the environment, and keeps it in a file from then on', async () => {
    const folder = temporaryFolder()
    const config = join(folder, 'cfssl.json')
    const profiles = { default: { usages: ['digital signature'], expiry: '720h', auth_key: 'k' } }
    const auth_keys = { k: { type: 'standard', key: 'env:CFSSL_TOKEN' } }
    writeFileSync(config, JSON.stringify({ signing: { profiles }, auth_keys }))
    const directory = join(folder, 'ca')
    const refused = await runCaServer(words(directory, config))
    expect(refused).toMatchObject({ exitCode: 78, code: 'ERR_CONFIG_INVALID' })
    expect(existsSync(directory)).toBe(false)
    const env = { CFSSL_TOKEN: 'aabbccdd' }
    expect(await runCaServer(words(directory, config), { env })).toMatchObject({
      exitCode: 0,
    })
    const kept = JSON.parse(readFileSync(join(directory, 'legacy/signing.json'), 'utf8')) as {
      auth_keys: { k: { key: string } }
    }
    const path = kept.auth_keys.k.key.replace(/^file:/, '')
    expect(path.startsWith(directory)).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('aabbccdd\n')

    const reader = await makeBackupReader(folder)
    const file = join(folder, 'ca.age')
    const ca = (args: readonly string[]) =>
      runCaServer(['--output', 'json', '--data-directory', directory, ...args])
    expect(await backUpTo({ ca }, file, reader)).toMatchObject({ exitCode: 0 })
    const restored = join(folder, 'restored')
    const protection = '--insecure-plaintext-keys'
    expect(await restoreTo(restored, file, reader, protection)).toMatchObject({ exitCode: 0 })
    expect(readdirSync(join(restored, 'legacy'))).toEqual(readdirSync(join(directory, 'legacy')))
    expect(readFileSync(path.replace(directory, restored), 'utf8')).toBe('aabbccdd\n')
  }, 20_000)

  it('writes nothing where a file is wrong', async () => {
    const folder = temporaryFolder()
    const directory = join(folder, 'ca')
    const wrong = [...words(directory), '--db', labFile('ca.pem')]
    expect(await runCaServer(wrong)).toMatchObject({ exitCode: 66 })
    expect(existsSync(directory)).toBe(false)
  })
})
