import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256Hex } from '@easycerts/shared/encoding'
import { generateBackupIdentity, type Recipient } from '../../apps/ca-server/src/backup/index.ts'
import { type ArchivePart, writeArchive } from '../../apps/ca-server/src/backup/write-archive.ts'
import { makeFolder } from '../support/ca-server-process.ts'
import { runInProcess } from '../support/run-in-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = makeFolder()
const identity = join(folder, 'identity')
afterAll(() => rmSync(folder, { recursive: true }))

let recipient: Recipient
beforeAll(async () => {
  const made = await generateBackupIdentity()
  recipient = made.recipient
  writeFileSync(identity, `${made.identity.reveal()}\n`, { mode: 0o600 })
})

const part = (name: string, text: string): ArchivePart => {
  const content = Buffer.from(text)
  return { name, size: content.length, content }
}

const described = ({ name, size, content }: ArchivePart) => ({
  ...{ name, size },
  sha256: sha256Hex(content as Buffer),
})

/** The recipient is no secret, so whoever likes can write a backup that opens. */
const forgedBackup = async (
  parts: readonly ArchivePart[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const manifest = {
    ...{ format: 'easycerts-backup', version: 1, createdAt: '2030-01-01T00:00:00.000Z' },
    ...{ cluster: 'demo', enrolmentPin: 'ab', store: { id: 'cd', epoch: 1, schema: 1 } },
    ...{ log: { size: 7, root: 'ef' }, keys: 'included', files: parts.map(described) },
    ...more,
  }
  const path = join(temporaryFolder(), 'ca.backup.age')
  await writeArchive(path, [part('manifest.json', JSON.stringify(manifest)), ...parts], [recipient])
  return path
}

const DATABASE = part('easycerts.db', 'no database')
const OUTSIDE = [
  '../evil',
  '/tmp/easycerts-evil',
  'keys/../../evil',
  'keys/./evil',
  'keys//evil',
  'keys/.evil',
  'keys/evil\0.pem',
  'operator.sock',
  'EASYCERTS.DB',
  'keys/a/b',
]

const TEN_MILLION = 10_000_000

const BACKUPS: readonly (readonly [string, () => Promise<string>])[] = [
  ...OUTSIDE.map(
    (name) =>
      [
        `of a file ${JSON.stringify(name)}`,
        () => forgedBackup([DATABASE, part(name, 'x')]),
      ] as const,
  ),
  ['with a file twice', () => forgedBackup([DATABASE, DATABASE])],
  ['without a database', () => forgedBackup([part('ca-server.yaml', 'cluster: {}')])],
  [
    'that promises a giant',
    () =>
      forgedBackup([DATABASE], {
        files: [{ ...described(DATABASE), size: Number.MAX_SAFE_INTEGER }],
      }),
  ],
  [
    'of a thousand and one files',
    () =>
      forgedBackup([DATABASE, ...Array.from({ length: 1001 }, (_, at) => part(`keys/k${at}`, ''))]),
  ],
  [
    'with a prototype',
    () =>
      forgedBackup(
        [DATABASE],
        JSON.parse('{"__proto__":{"files":[]},"files":[]}') as object as never,
      ),
  ],
  [
    'whose manifest is endless',
    () => forgedBackup([DATABASE], { padding: 'x'.repeat(TEN_MILLION) }),
  ],
]

const restored = async (backup: string) => {
  const parent = temporaryFolder()
  const args = ['--data-directory', join(parent, 'ca'), 'restore', backup, '--identity', identity]
  const { code } = await runInProcess([...args, '--insecure-plaintext-keys'])
  return { code, left: readdirSync(parent) }
}

describe('a stranger who writes a backup that the operator can open', () => {
  it.each(BACKUPS)('has no place in a restore: %s', async (_title, make) => {
    await expect(restored(await make())).resolves.toEqual({ code: 'ERR_BACKUP_DAMAGED', left: [] })
    expect(existsSync('/tmp/easycerts-evil')).toBe(false)
  })

  it('has no place in a restore: whose database is none', async () => {
    const backup = await forgedBackup([DATABASE])
    await expect(restored(backup)).resolves.toEqual({ code: 'ERR_STORE_CORRUPT', left: [] })
  })
})
