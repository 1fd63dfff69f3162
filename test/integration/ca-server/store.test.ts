import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { parseCertificatePem } from '@easycerts/shared/x509'
import type { NewIdentityRow, Store, Writing } from '../../../apps/ca-server/src/authority/index.ts'
import { openSqliteStore } from '../../../apps/ca-server/src/store/sqlite/index.ts'
import { MIGRATIONS } from '../../../apps/ca-server/src/store/sqlite/migrations/index.ts'
import { openDatabase } from '../../../apps/ca-server/src/store/sqlite/open-database.ts'
import { freePort } from '../../support/free-port.ts'
import { initCa, startCaServer } from '../../support/ca-server-process.ts'
import { askCertificate, joinNode } from '../../support/joiner.ts'
import { canMount, mountDisk } from '../../support/mounted-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'

let path: string
let store: Store
const makeStore = (): void => {
  path = join(temporaryFolder(), 'easycerts.db')
  writeFileSync(path, '')
  store = openSqliteStore(path)
}
beforeEach(makeStore)
afterEach(() => store.close())

const entry = (kind: string, body: Record<string, unknown> = {}) => ({
  at: '2030-01-01T00:00:00.000Z',
  kind,
  actor: 'test',
  body,
})
/** An identity with the entry that every recorded change needs. */
const addIdentity = (row: NewIdentityRow) => async (writing: Writing) => {
  await writing.addIdentity(row)
  await writing.appendLog(entry(`added ${row.fingerprint}`))
}
const append = (kind: string) => (writing: Writing) => writing.appendLog(entry(kind))
const kinds = async (from: Store = store): Promise<string[]> =>
  (await from.read((reading) => reading.listLog(1000))).map(({ kind }) => kind).toReversed()

const identity = (fingerprint: string, more: Partial<NewIdentityRow> = {}): NewIdentityRow => ({
  fingerprint,
  node: 'worker-1',
  certificate: Buffer.of(1, 2, 3),
  keyPin: 'pin' as NewIdentityRow['keyPin'],
  ticketId: null,
  state: 'current',
  notAfter: '2030-01-01T00:00:00.000Z',
  ...more,
})

describe('works that share a commit', () => {
  it('take effect in the order in which they came', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `work-${index}`)
    await Promise.all(names.map((name) => store.transact(append(name))))
    expect(await kinds()).toEqual(names)
  })

  it('fail alone: what a failing one did is gone, the others stay', async () => {
    const failure = new Error('no')
    const results = await Promise.allSettled([
      store.transact(append('a')),
      store.transact(async (writing) => {
        await writing.appendLog(entry('b'))
        throw failure
      }),
      store.transact(append('c')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: failure })
    expect(await kinds()).toEqual(['a', 'c'])
  })

  it('fail alone at a rule of the database as well', async () => {
    const results = await Promise.allSettled([
      store.transact(addIdentity(identity('f1'))),
      store.transact(addIdentity(identity('f2'))),
      store.transact(addIdentity(identity('f3', { node: 'worker-2' }))),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await kinds()).toEqual(['added f1', 'added f3'])
    const found = await store.read((reading) =>
      Promise.all(['f1', 'f2', 'f3'].map((each) => reading.findIdentity(each))),
    )
    expect(found.map((row) => row?.fingerprint)).toEqual(['f1', undefined, 'f3'])
  })

  it('see their own changes, which readers see only after the commit', async () => {
    const seen = await store.transact(async (writing) => {
      await addIdentity(identity('f1'))(writing)
      const outside = await store.read((reading) => reading.findIdentity('f1'))
      return { inside: (await writing.findIdentity('f1'))?.fingerprint, outside }
    })
    expect(seen).toEqual({ inside: 'f1', outside: undefined })
    expect(await kinds()).toEqual(['added f1'])
  })

  it('are all settled before the store closes, and none begins after', async () => {
    const pending = Promise.all(['a', 'b', 'c'].map((name) => store.transact(append(name))))
    await store.close()
    await expect(pending).resolves.toHaveLength(3)
    expect(await codeOfAsync(store.transact(append('late')))).toBe('ERR_STORE_UNAVAILABLE')
    store = openSqliteStore(path)
    expect(await kinds()).toEqual(['a', 'b', 'c'])
  })

  it('fail when the record that they change is not there', async () => {
    for (const work of [
      (writing: Writing) => writing.spendTicket('222222222222', 'now'),
      (writing: Writing) => writing.setIdentityState('none', 'retired', 'now'),
      (writing: Writing) => writing.recordCertificate('i', '01' as never, Buffer.of(1), 'now'),
    ])
      expect(await codeOfAsync(store.transact(work))).toBe('ERR_STORE_CORRUPT')
  })
})

describe('the database', () => {
  it('is made from an empty file, step by step, once', () => {
    const read = () => {
      const database = openDatabase(path)
      const version = database.pragma('user_version', { simple: true })
      const schema = database.prepare('SELECT sql FROM sqlite_schema ORDER BY name').all()
      database.close()
      return { version, schema }
    }
    const first = read()
    expect(first.version).toBe(MIGRATIONS.length)
    expect(first.schema.length).toBeGreaterThan(8)
    expect(read()).toEqual(first)
  })

  it('of a newer version is refused and stays as it is', async () => {
    await store.close()
    const database = new Database(path)
    database.pragma(`user_version = ${MIGRATIONS.length + 1}`)
    database.close()
    const before = readFileSync(path)
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({ code: 'ERR_DATA_DIRECTORY_BROKEN' }),
    )
    expect(readFileSync(path).equals(before)).toBe(true)
    makeStore()
  })

  it('flushes every commit: WAL with synchronous=FULL and enforced references', () => {
    const database = openDatabase(path)
    const pragma = (name: string) => database.pragma(name, { simple: true })
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    database.close()
  })

  it.each(["UPDATE log SET actor = 'nobody'", 'DELETE FROM log'])(
    'keeps its log against %s',
    async (statement) => {
      await store.transact(append('kept'))
      const database = new Database(path)
      expect(() => database.exec(statement)).toThrow(
        expect.objectContaining({ code: 'SQLITE_CONSTRAINT_TRIGGER' }),
      )
      database.close()
      await expect(store.read((reading) => reading.listLog(9))).resolves.toMatchObject([
        { kind: 'kept', actor: 'test' },
      ])
    },
  )

  it('never numbers a log entry twice, even after its table was emptied by force', async () => {
    await store.transact(append('first'))
    const database = new Database(path)
    database.exec('DROP TRIGGER log_is_append_only_delete; DELETE FROM log')
    database.close()
    await store.transact(append('second'))
    await expect(store.read((reading) => reading.listLog(9))).resolves.toMatchObject([
      { kind: 'second', sequence: 2 },
    ])
  })

  it('holds one current identity of a node at most', async () => {
    await store.transact(addIdentity(identity('f1')))
    await expect(store.transact(addIdentity(identity('f2')))).rejects.toBeDefined()
    await store.transact(addIdentity(identity('f3', { state: 'retired' })))
  })
})

describe.skipIf(!canMount())('a disk in trouble', () => {
  it('that is full refuses works whole, and those before stay', async () => {
    const disk = mountDisk('512k')
    const file = join(disk.path, 'easycerts.db')
    writeFileSync(file, '')
    const small = openSqliteStore(file)
    try {
      const text = randomBytes(20_000).toString('hex')
      const kept: string[] = []
      const codes = new Set<string>()
      for (let round = 0; round < 40; round++) {
        const [result] = await Promise.allSettled([
          small.transact((writing) => writing.appendLog(entry(`r${round}`, { text }))),
        ])
        if (result.status === 'fulfilled') kept.push(`r${round}`)
        else codes.add((result.reason as { code?: string }).code ?? 'unknown')
      }
      expect([...codes]).toEqual(['ERR_STORE_UNAVAILABLE'])
      expect(kept.length).toBeGreaterThan(0)
      expect(await kinds(small)).toEqual(kept)
    } finally {
      await small.close()
      disk.remove()
    }
  })

  it('that is read-only opens no store', async () => {
    const disk = mountDisk('1m')
    const file = join(disk.path, 'easycerts.db')
    writeFileSync(file, '')
    try {
      await openSqliteStore(file).close()
      disk.makeReadOnly()
      expect(() => openSqliteStore(file)).toThrow(
        expect.objectContaining({ code: 'ERR_STORE_UNAVAILABLE' }),
      )
    } finally {
      disk.remove()
    }
  })

  it('stops a server from answering, not from running', async () => {
    const disk = mountDisk('2m')
    onTestFinished(() => disk.remove())
    const directory = join(disk.path, 'ca')
    const ports = { joinPort: await freePort(), nodePort: await freePort() }
    const words = ['--join-port', String(ports.joinPort), '--node-port', String(ports.nodePort)]
    const made = await initCa(directory, words)
    expect(made.stderr).toBe('')
    const server = await startCaServer({ directory, ports })
    try {
      const node = await joinNode(server, 'worker-1')
      const key = await generateSigningKey('ecdsa-p256')
      const ask = () => askCertificate(server, node, 'kubelet-client', key)
      fillUp(disk.path)
      const answers = []
      for (let round = 0; round < 200 && answers.at(-1)?.code === undefined; round++)
        answers.push(await ask())
      expect(answers.at(-1)).toMatchObject({ status: 503, code: 'ERR_STORE_UNAVAILABLE' })
      expect(answers.at(-1)?.body).not.toHaveProperty('certificate')
      rmSync(join(disk.path, 'filler'))
      const last = await ask()
      expect(last.status).toBe(200)
      const { body } = await server.operator('GET', '/v1/certificates')
      const issued = (body['certificates'] as { serialNumber: string; state: string }[])
        .filter(({ state }) => state === 'issued')
        .map(({ serialNumber }) => serialNumber)
      const received = [...answers.slice(0, -1), last].map(
        (each) => parseCertificatePem(String(each.body['certificate'])).serialNumber,
      )
      expect(issued).toEqual(expect.arrayContaining(received))
    } finally {
      await server.dispose()
    }
  })
})

/** Takes the last octet of a disk. */
const fillUp = (folder: string): void => {
  const filler = join(folder, 'filler')
  for (const size of [65_536, 4_096])
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' })
    } catch {
      // Full.
    }
}
