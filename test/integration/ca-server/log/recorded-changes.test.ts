import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import Database from 'better-sqlite3'
import { sha256Hex } from '@easycerts/shared/encoding'
import { hashLeaf, rootOfRange } from '@easycerts/shared/merkle-log'
import type {
  NewIdentityRow,
  LogEntry,
  NodeRow,
  Store,
  Writing,
} from '../../../../apps/ca-server/src/authority/index.ts'
import { openSqliteStore } from '../../../../apps/ca-server/src/store/sqlite/index.ts'
import { openDatabase } from '../../../../apps/ca-server/src/store/sqlite/open-database.ts'
import {
  RECORDED_TABLES,
  UNRECORDED_TABLES,
} from '../../../../apps/ca-server/src/store/sqlite/recorded-tables.ts'
import { naiveRoot } from '../../../support/naive-tree.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

let path: string
let store: Store
beforeEach(() => {
  path = join(temporaryFolder(), 'easycerts.db')
  writeFileSync(path, '')
  store = openSqliteStore(path)
})
afterEach(() => store.close())

const append = (writing: Writing, kind: string) =>
  writing.appendLog({ at: '2030-01-01T00:00:00.000Z', kind, actor: 'test', body: {} })
const node = (more: Partial<NodeRow> = {}) => ({
  name: 'worker-1',
  role: 'worker' as const,
  hosts: [],
  clusterAdmin: false,
  state: 'joining' as const,
  ...more,
})
const identity: NewIdentityRow = {
  fingerprint: 'f1',
  node: 'worker-1',
  certificate: Buffer.of(1, 2, 3),
  keyPin: 'pin' as NewIdentityRow['keyPin'],
  ticketId: null,
  state: 'current',
  notAfter: '2030-01-01T00:00:00.000Z',
}
const entries = (): Promise<readonly LogEntry[]> =>
  store.read(async (reading) => (await reading.listLog(1000)).toReversed())
const rowsOf = ({ changes }: LogEntry) => changes.map(({ table, row }) => [table, row])

describe('a work that changes recorded rows', () => {
  it('is refused whole if it appends no entry', async () => {
    await expect(store.transact((writing) => writing.putNode(node()))).rejects.toThrow(TypeError)
    expect(await store.read((reading) => reading.findNode('worker-1'))).toBeUndefined()
  })

  it('takes no other work with it, and leaves nothing in the tree', async () => {
    const results = await Promise.allSettled([
      store.transact((writing) => append(writing, 'a')),
      store.transact(async (writing) => {
        await append(writing, 'b')
        await writing.putNode(node())
        throw new Error('no')
      }),
      store.transact((writing) => append(writing, 'c')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const all = await entries()
    expect(all.map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['a', 1],
      ['c', 2],
    ])
    expect(all.flatMap(({ changes }) => changes)).toEqual([])
    await expectSoundTree()
  })

  it('has each row in its entry as it is in the end, with BLOBs by their SHA-256', async () => {
    await store.transact(async (writing) => {
      await writing.putNode(node())
      await writing.putNode(node({ role: 'master' }))
      await append(writing, 'first')
      await writing.addIdentity(identity)
      await writing.touchNode('worker-1', 'now')
    })
    const [first] = await entries()
    expect(first?.changes.map(({ table, key }) => [table, key])).toEqual([
      ['nodes', { name: 'worker-1' }],
      ['identities', { fingerprint: 'f1' }],
    ])
    expect(first?.changes[0]?.row).toMatchObject({ role: 'master', cluster_admin: 0, hosts: '[]' })
    expect(first?.changes[0]?.row).not.toHaveProperty('last_seen_at')
    expect(first?.changes[1]?.row).toMatchObject({
      certificate: { sha256: sha256Hex(identity.certificate) },
      ticket_id: null,
    })
  })

  it('gives each entry the changes before it, and the last one what comes after', async () => {
    await store.transact(async (writing) => {
      await writing.putNode(node())
      await append(writing, 'first')
      await writing.putNode(node({ state: 'joined' }))
      await append(writing, 'second')
      await writing.addIdentity(identity)
    })
    const [first, second] = await entries()
    expect(first && rowsOf(first)).toMatchObject([['nodes', { state: 'joining' }]])
    expect(second && rowsOf(second)).toMatchObject([
      ['nodes', { state: 'joined' }],
      ['identities', { state: 'current' }],
    ])
  })

  it('needs no entry where a recorded row stays as it was, or a volatile column changes', async () => {
    await store.transact(async (writing) => {
      await writing.putNode(node())
      await append(writing, 'first')
    })
    await store.transact((writing) => writing.putNode(node()))
    await store.transact((writing) => writing.touchNode('worker-1', 'now'))
    expect(await entries()).toHaveLength(1)
  })
})

describe('the tree', () => {
  it('grows with the log, over many commits and a start in between', async () => {
    for (let round = 0; round < 3; round++) {
      const works = Array.from({ length: 230 }, (_, index) =>
        store.transact((writing) => append(writing, `${round}-${index}`)),
      )
      await Promise.all(works)
      await expectSoundTree()
      await store.close()
      store = openSqliteStore(path)
      await expectSoundTree()
    }
  })

  it('says which number an entry gets', async () => {
    const numbers = await Promise.all(
      [1, 2, 3].map(() =>
        store.transact(async (writing) => [await append(writing, 'a'), await append(writing, 'b')]),
      ),
    )
    expect(numbers).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
  })
})

/** The committed root is that of the definition over the stored bytes; stored nodes are those of the tree. */
const expectSoundTree = async (): Promise<void> => {
  const database = new Database(path, { readonly: true })
  const texts = database
    .prepare('SELECT entry FROM log ORDER BY sequence')
    .pluck()
    .all() as string[]
  const leaves = database
    .prepare('SELECT hash FROM log_nodes WHERE level = 0 ORDER BY position')
    .pluck()
    .all()
  const above = database
    .prepare('SELECT hash FROM log_nodes WHERE level = 8 ORDER BY position')
    .pluck()
    .all()
  database.close()
  const octets = texts.map((text) => Buffer.from(text, 'utf8'))
  const tree = await store.read((reading) => reading.logTree())
  expect(tree.size).toBe(texts.length)
  expect(rootOfRange(tree)).toEqual(naiveRoot(octets))
  expect(leaves).toEqual(octets.map(hashLeaf))
  const complete = Array.from({ length: Math.floor(octets.length / 256) }, (_, at) =>
    naiveRoot(octets.slice(at * 256, (at + 1) * 256)),
  )
  expect(above).toEqual(complete)
}

describe('the declaration of recorded tables', () => {
  const database = (): Database.Database => openDatabase(path)

  it('speaks of every table of the schema, once', () => {
    const connection = database()
    const tables = connection
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .pluck()
      .all()
    connection.close()
    const declared = [
      ...RECORDED_TABLES.map(({ table }) => table),
      ...Object.keys(UNRECORDED_TABLES),
    ]
    expect(declared.toSorted()).toEqual((tables as string[]).toSorted())
  })

  it.each(RECORDED_TABLES)('names every column of $table, by a unique key', (recorded) => {
    const connection = database()
    const columns = connection
      .prepare('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(recorded.table)
    const declared = [...recorded.key, ...recorded.columns, ...(recorded.volatile ?? [])]
    expect(declared.toSorted()).toEqual((columns as string[]).toSorted())
    const unique = connection
      .prepare(
        `SELECT group_concat(column, ' ') FROM (
           SELECT list.name AS list, info.name AS column FROM pragma_index_list(@table) list
           JOIN pragma_index_info(list.name) info WHERE list."unique" ORDER BY list.name, info.seqno
         ) GROUP BY list`,
      )
      .pluck()
      .all({ table: recorded.table })
    const isRowId = recorded.key.length === 1 && isIntegerKey(connection, recorded.table)
    expect(isRowId || unique.includes(recorded.key.join(' '))).toBe(true)
    connection.close()
  })
})

const isIntegerKey = (connection: Database.Database, table: string): boolean =>
  connection.prepare(`SELECT type FROM pragma_table_info(?) WHERE pk > 0`).pluck().get(table) ===
  'INTEGER'
