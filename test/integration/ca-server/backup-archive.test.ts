import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { sha256Hex } from '@easycerts/shared/encoding'
import {
  type BackupIdentity,
  formatManifest,
  generateBackupIdentity,
  type Manifest,
  parseIdentities,
  parseRecipient,
  type Recipient,
} from '../../../apps/ca-server/src/backup/index.ts'
import { readArchive } from '../../../apps/ca-server/src/backup/read-archive.ts'
import { type ArchivePart, writeArchive } from '../../../apps/ca-server/src/backup/write-archive.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOf, codeOfAsync } from '../../support/to-throw-code.ts'

let recipient: Recipient
let identity: BackupIdentity
beforeAll(async () => {
  ;({ recipient, identity } = await generateBackupIdentity())
})

const part = (name: string, content: Buffer): ArchivePart => ({
  name,
  size: content.length,
  content,
})
const DATABASE = randomBytes(300_000)
const CONFIG = Buffer.from('cluster: {}\n')

const manifestOf = (parts: readonly ArchivePart[]): Manifest => ({
  format: 'easycerts-backup',
  version: 1,
  createdAt: '2030-01-01T00:00:00.000Z',
  cluster: 'demo',
  enrolmentPin: 'ab',
  store: { id: 'cd', epoch: 1, schema: 1 },
  log: { size: 7, root: 'ef' },
  keys: 'included',
  files: parts.map(({ name, size, content }) => ({
    name,
    size,
    sha256: sha256Hex(content as Buffer),
  })),
})

/** An archive of these parts, with a manifest that may lie. */
const archiveOf = async (
  parts = [part('ca-server.yaml', CONFIG), part('easycerts.db', DATABASE)],
  manifest = manifestOf(parts),
): Promise<string> => {
  const path = join(temporaryFolder(), 'x.backup.age')
  const first = part('manifest.json', Buffer.from(formatManifest(manifest)))
  await writeArchive(path, [first, ...parts], [recipient])
  return path
}

const read = async (path: string, by = identity): Promise<Record<string, Buffer>> => {
  const files: Record<string, Buffer> = {}
  await readArchive(path, [by], async ({ name }, pieces) => {
    const all: Buffer[] = []
    for await (const piece of pieces) all.push(piece)
    files[name] = Buffer.concat(all)
  })
  return files
}

describe('the file of a backup', () => {
  it('gives back what went in, and only its owner may read it', async () => {
    const path = await archiveOf()
    expect(await read(path)).toEqual({ 'ca-server.yaml': CONFIG, 'easycerts.db': DATABASE })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('shows nothing of its contents, not even names', async () => {
    const octets = readFileSync(await archiveOf())
    for (const text of ['easycerts.db', 'ca-server.yaml', 'demo', CONFIG.toString()])
      expect(octets.includes(text)).toBe(false)
    expect(octets.includes(DATABASE.subarray(0, 16))).toBe(false)
  })

  it('takes no place that exists already', async () => {
    const path = await archiveOf()
    const before = readFileSync(path)
    await expect(writeArchive(path, [], [recipient])).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('fails when a file of the CA cannot be read to its end', async () => {
    const path = join(temporaryFolder(), 'x')
    const missing = { name: 'keys/x', size: 3, content: { path: `${path}.none` } }
    await expect(writeArchive(path, [missing], [recipient])).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  it('is refused to another identity', async () => {
    const other = await generateBackupIdentity()
    expect(await codeOfAsync(read(await archiveOf(), other.identity))).toBe(
      'ERR_BACKUP_IDENTITY_WRONG',
    )
  })

  it('is refused with any bit changed', async () => {
    const path = await archiveOf()
    const whole = readFileSync(path)
    const places = [0, 30, 150, 230, 70_000, whole.length - 1]
    for (const place of places) {
      const octets = Buffer.from(whole)
      octets.writeUInt8(octets.readUInt8(place) ^ 1, place)
      writeFileSync(path, octets)
      const code = await codeOfAsync(read(path))
      expect({ place, code }).toEqual({
        place,
        code: expect.stringMatching(/^ERR_BACKUP_(DAMAGED|IDENTITY_WRONG)$/) as string,
      })
    }
  })

  it('is refused when it was cut off anywhere', async () => {
    const path = await archiveOf()
    const { size } = statSync(path)
    // Also where a piece of the encryption ends, and where the tar is complete but its end is gone.
    for (const length of [size - 1, size - 1500, 65_552 * 2 + 200, 65_536, 200, 10, 0]) {
      truncateSync(path, length)
      expect({ length, code: await codeOfAsync(read(path)) }).toEqual({
        length,
        code: 'ERR_BACKUP_DAMAGED',
      })
    }
  })

  it('is refused when its manifest and its files differ', async () => {
    const parts = [part('ca-server.yaml', CONFIG), part('easycerts.db', DATABASE)]
    const honest = manifestOf(parts)
    const wrongDigest = honest.files.map((file) => ({ ...file, sha256: '0'.repeat(64) }))
    const largeKek = [part('kek', randomBytes(5000)), ...parts]
    const lies: [string, readonly ArchivePart[], Manifest][] = [
      ['a key that is no line', largeKek, manifestOf(largeKek)],
      ['a digest', parts, { ...honest, files: wrongDigest }],
      ['a file too few', parts.slice(0, 1), honest],
      ['a file too many', [...parts, part('kek', CONFIG)], honest],
      ['another order', parts.toReversed(), honest],
      ['a path', [part('../x', CONFIG), ...parts], manifestOf([part('../x', CONFIG), ...parts])],
      ['no database', parts.slice(0, 1), manifestOf(parts.slice(0, 1))],
    ]
    for (const [lie, given, manifest] of lies)
      expect({ lie, code: await codeOfAsync(read(await archiveOf([...given], manifest))) }).toEqual(
        {
          lie,
          code: 'ERR_BACKUP_DAMAGED',
        },
      )
  })

  it('says of a missing file what the system said', async () => {
    expect(await codeOfAsync(read('/nowhere/x.backup.age'))).toBe('ERR_FILE_UNREADABLE')
  })
})

describe('a recipient', () => {
  it('is known by its checksum', () => {
    expect(parseRecipient(` ${recipient}\n`)).toBe(recipient)
    const wrong = recipient.endsWith('q')
      ? `${recipient.slice(0, -1)}p`
      : `${recipient.slice(0, -1)}q`
    for (const text of [
      wrong,
      recipient.slice(0, -1),
      'age1',
      '',
      'ssh-ed25519 AAAA',
      identity.reveal(),
    ])
      expect(codeOf(() => parseRecipient(text))).toBe('ERR_BACKUP_RECIPIENT_INVALID')
  })
})

describe('an identity file', () => {
  it('is that of age-keygen: comments and lines', () => {
    const [parsed] = parseIdentities('f', `# public key: ${recipient}\n${identity.reveal()}\n`)
    expect(parsed?.reveal()).toBe(identity.reveal())
  })

  it.each(['', '# nothing\n', 'AGE-SECRET-KEY-1QQ', 'age1abc'])('holds no "%s"', (text) => {
    expect(codeOf(() => parseIdentities('f', text))).toBe('ERR_BACKUP_IDENTITY_WRONG')
  })
})
