import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { readArchive } from '../../../apps/ca-server/src/backup/read-archive.ts'
import { parseIdentities } from '../../../apps/ca-server/src/backup/index.ts'
import {
  type CaServerProcess,
  runCaServer,
  startCaServer,
} from '../../support/ca-server-process.ts'
import { askCertificate, type Identity, joinNode } from '../../support/joiner.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

let ca: CaServerProcess
let node: Identity
let recipient: string
let identityFile: string
let identityText: string

const keygen = async (folder: string): Promise<{ recipient: string; file: string }> => {
  const file = join(folder, 'backup-identity')
  const made = await runCaServer(['--output', 'json', 'backup', 'keygen', '--out', file])
  expect(made).toMatchObject({ exitCode: 0 })
  return { recipient: (JSON.parse(made.stdout) as { recipient: string }).recipient, file }
}

beforeAll(async () => {
  ca = await startCaServer()
  node = await joinNode(ca, 'worker-1')
})
afterAll(() => ca.dispose())

const backup = async (out: string, args: readonly string[] = []) =>
  ca.ca(['backup', '--out', out, '--recipient', recipient, ...args])

const verify = (file: string, identity = identityFile) =>
  runCaServer(['--output', 'json', 'backup', 'verify', file, '--identity', identity])

const unpack = async (file: string): Promise<Record<string, Buffer>> => {
  const files: Record<string, Buffer> = {}
  await readArchive(file, parseIdentities('f', identityText), async ({ name }, pieces) => {
    const all: Buffer[] = []
    for await (const piece of pieces) all.push(piece)
    files[name] = Buffer.concat(all)
  })
  return files
}

describe('backup keygen', () => {
  it('writes an identity that only its owner may read, and never over another', async () => {
    const folder = temporaryFolder()
    const first = await keygen(folder)
    expect(statSync(first.file).mode & 0o777).toBe(0o600)
    const before = readFileSync(first.file, 'utf8')
    expect(before).toMatch(
      /^# created: .*\n# public key: age1[a-z0-9]+\nAGE-SECRET-KEY-1[A-Z0-9]+\n$/,
    )
    const again = await runCaServer(['--output', 'json', 'backup', 'keygen', '--out', first.file])
    expect(again).toMatchObject({ code: 'ERR_FILE_NOT_WRITABLE' })
    expect(readFileSync(first.file, 'utf8')).toBe(before)
  })
})

describe('a backup', () => {
  let folder: string
  beforeAll(async () => {
    folder = join(ca.directory, '..')
    const made = await keygen(folder)
    ;({ recipient } = made)
    identityFile = made.file
    identityText = readFileSync(identityFile, 'utf8')
  })

  it('needs somebody who can open it', async () => {
    const out = join(folder, 'none.age')
    const result = await ca.ca(['backup', '--out', out])
    expect(result).toMatchObject({ exitCode: 78, code: 'ERR_BACKUP_RECIPIENT_MISSING' })
    const wrong = await ca.ca(['backup', '--out', out, '--recipient', 'age1nonsense'])
    expect(wrong).toMatchObject({ exitCode: 78, code: 'ERR_BACKUP_RECIPIENT_INVALID' })
    expect(existsSync(out)).toBe(false)
  })

  it('holds records, configuration and keys as they are, in one file of mode 0600', async () => {
    const out = join(folder, 'whole.age')
    const made = await backup(out)
    expect(made.stderr).toBe('')
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const files = await unpack(out)
    const onDisk = readdirSync(join(ca.directory, 'keys'))
    expect(Object.keys(files).toSorted()).toEqual(
      ['ca-server.yaml', 'easycerts.db', ...onDisk.map((name) => `keys/${name}`)].toSorted(),
    )
    for (const name of ['ca-server.yaml', ...onDisk.map((each) => `keys/${each}`)])
      expect(files[name]?.equals(readFileSync(join(ca.directory, name)))).toBe(true)
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
    await expect(verify(out)).resolves.toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('stands in the log with who made it, and its time beside the database', async () => {
    const out = join(folder, 'logged.age')
    await expect(backup(out)).resolves.toMatchObject({ exitCode: 0 })
    const { body } = await ca.operator('GET', '/v1/log')
    expect(body['entries']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'backup-made',
          actor: expect.stringMatching(/^operator ./) as string,
          body: expect.objectContaining({ file: out, keys: 'included' }) as object,
        }),
      ]),
    )
    const last = JSON.parse(readFileSync(join(ca.directory, 'last-backup.json'), 'utf8')) as object
    expect(last).toMatchObject({ file: out })
  })

  it('shows none of its secrets to whoever finds it', async () => {
    const out = join(folder, 'secret.age')
    await backup(out)
    const octets = readFileSync(out)
    for (const name of readdirSync(join(ca.directory, 'keys'))) {
      const content = readFileSync(join(ca.directory, 'keys', name))
      for (let from = 0; from + 40 <= content.length; from += 40)
        expect(octets.includes(content.subarray(from, from + 40))).toBe(false)
    }
    expect(octets.includes('PRIVATE KEY')).toBe(false)
    expect(octets.includes('SQLite format')).toBe(false)
    expect(octets.includes('worker-1')).toBe(false)
  })

  it('leaves the keys out when told so, and says so', async () => {
    const out = join(folder, 'keyless.age')
    const made = await backup(out, ['--without-keys'])
    expect(JSON.parse(made.stdout)).toMatchObject({ keys: 'left-out' })
    expect(Object.keys(await unpack(out)).toSorted()).toEqual(['ca-server.yaml', 'easycerts.db'])
    await expect(verify(out)).resolves.toMatchObject({ exitCode: 0 })
  })

  it('made while certificates are issued has every one that was answered before it began', async () => {
    const key = await generateSigningKey('ecdsa-p256')
    const answered: string[] = []
    const going = new AbortController()
    const issuing = (async () => {
      while (!going.signal.aborted) {
        const { status, body } = await askCertificate(ca, node, 'kubelet-client', key)
        expect(status).toBe(200)
        answered.push(String(body['certificate']))
      }
    })()
    const out = join(folder, 'busy.age')
    while (answered.length < 3) await new Promise((resolve) => setImmediate(resolve))
    const before = answered.length
    const made = await backup(out)
    const after = answered.length
    going.abort()
    await issuing
    expect(made.stderr).toBe('')
    // The server went on meanwhile.
    expect(after).toBeGreaterThan(before)
    const file = join(temporaryFolder(), 'snapshot.db')
    writeFileSync(file, (await unpack(out))['easycerts.db'] ?? '')
    const database = new Database(file, { readonly: true })
    const recorded = database
      .prepare<[], { der: Buffer }>(`SELECT der FROM certificates WHERE state = 'issued'`)
      .all()
      .map(({ der }) => der.toString('base64'))
    database.close()
    for (const pem of answered.slice(0, before))
      expect(recorded).toContain(pem.replace(/-----.*-----|\s/g, ''))
    await expect(verify(out)).resolves.toMatchObject({ exitCode: 0 })
  })

  it('is made without a server as well', async () => {
    await ca.stop()
    try {
      const out = join(folder, 'offline.age')
      const made = await backup(out)
      expect(made.stderr).toBe('')
      expect(JSON.parse(made.stdout)).toMatchObject({ logged: false })
      await expect(verify(out)).resolves.toMatchObject({ exitCode: 0 })
    } finally {
      await ca.start()
    }
  })

  it('is one at a time in a directory, and clears what a killed one left', async () => {
    const staging = join(folder, '.easycerts-backup')
    const out = join(folder, 'cleared.age')
    spawnSync('mkdir', ['-p', staging])
    writeFileSync(join(staging, '.lock.easycerts-0123456789abcdef'), 'half')
    spawnSync('mkdir', ['-p', join(staging, 'work', 'easycerts.db')])
    await expect(backup(out)).resolves.toMatchObject({ exitCode: 0 })
    expect(existsSync(staging)).toBe(false)
  })

  it('goes nowhere when its directory is not to be written', async () => {
    const out = join('/proc', 'nowhere', 'x.age')
    await expect(backup(out)).resolves.toMatchObject({
      exitCode: 73,
      code: 'ERR_FILE_NOT_WRITABLE',
    })
  })

  it('is verified with an identity that nobody else may read', async () => {
    const out = join(folder, 'whole.age')
    const open = join(folder, 'open-identity')
    writeFileSync(open, identityText)
    chmodSync(open, 0o644)
    await expect(verify(out, open)).resolves.toMatchObject({ code: 'ERR_FILE_UNSAFE' })
    const other = await keygen(temporaryFolder())
    await expect(verify(out, other.file)).resolves.toMatchObject({
      exitCode: 65,
      code: 'ERR_BACKUP_IDENTITY_WRONG',
    })
  })

  it('is made by the server itself where that is configured, and the oldest go', async () => {
    const directory = join(folder, 'by-itself')
    mkdirSync(directory)
    const names = ['20200101T000000Z', '20200102T000000Z', '20200103T000000Z'].map(
      (time) => `demo-${time}.backup.age`,
    )
    for (const name of [...names, 'of-somebody-else']) writeFileSync(join(directory, name), '')
    const settings = { recipients: [recipient], directory, every: '1h', keep: 2 }
    const server = await startCaServer({
      editConfig: (text) => `${text}\nbackup: ${JSON.stringify(settings)}\n`,
    })
    try {
      await until(() => !existsSync(join(directory, names[1] ?? '')), { within: 40_000 })
      const left = readdirSync(directory).toSorted()
      expect(left).toHaveLength(3)
      expect(left).toEqual(expect.arrayContaining([names[2], 'of-somebody-else']))
      const fresh = left.find((name) => !names.includes(name) && name.startsWith('demo-')) ?? ''
      await expect(verify(join(directory, fresh))).resolves.toMatchObject({ exitCode: 0 })
    } finally {
      await server.dispose()
    }
  })
})
